import { formatBytes, formatCount, formatDuration } from '../../output/format.ts'
import { type RebuildEstimate } from './estimate-rebuild.ts'

/** One line; without `services` they run elsewhere, on cores that are not known here. */
export function describeEstimate(
  estimate: RebuildEstimate,
  { into, services }: { readonly into: number; readonly services: boolean },
): string {
  const { cores, cpuMs, durationMs, isRateOfHere, isSizeOfHere, webhooks } = estimate
  const { tableBytes, topicBytes } = estimate
  const source = isRateOfHere
    ? 'as in the last rebuild'
    : 'by a bench; the progress shows the true rate'
  const cpu = `${formatDuration(cpuMs)} of CPU with the servers`
  const time = services
    ? `about ${formatDuration(durationMs)} on the ${cores} cores here (${cpu}, ${source})`
    : `about ${cpu}, divided by the cores that all of it has (${source})`
  const sizeSource = isSizeOfHere
    ? ''
    : ' (by a bench: the live generation is empty, or its size cannot be read)'
  return (
    `generation ${into} has ${formatCount(webhooks)} webhooks to read: ${time}, up to ` +
    `${formatBytes(topicBytes)} of topics for each copy, and ${formatBytes(tableBytes)} of tables${sizeSource}`
  )
}
