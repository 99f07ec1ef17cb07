import { type Command } from 'commander'
import { renderFigures } from '../usage/process-figures.ts'
import { benchRebuild, type RebuildOptions, type RebuildReport } from './bench-rebuild.ts'

interface Flags extends Omit<RebuildOptions, 'liveRate'> {
  readonly liveRate?: number
  readonly json?: boolean
}

export function addRebuildCommand(program: Command, parseCount: (text: string) => number): void {
  program
    .command('rebuild')
    .description('decoder, timeline processor and sink from the beginning of the raw topic')
    .option('--count <webhooks>', 'webhooks in the raw topic', parseCount, 300_000)
    .option('--partitions <count>', 'partitions of the topics by message', parseCount, 6)
    .option('--processes <count>', 'processes of each service', parseCount, 1)
    .option(
      '--live-rate <perSecond>',
      'webhooks a second for a generation that is live meanwhile; none',
      parseCount,
    )
    .option('--json', 'print the figures as JSON')
    .action(async ({ json, liveRate, ...options }: Flags) => {
      const report = await benchRebuild({ ...options, liveRate: liveRate ?? 0 })
      process.stdout.write(`${json ? JSON.stringify(report, null, 2) : renderRebuild(report)}\n`)
    })
}

function renderRebuild({ liveRows, options, parts, seconds, webhooks }: RebuildReport): string {
  const togetherUs = parts.reduce((total, { cpuUsPerWebhook }) => total + cpuUsPerWebhook, 0)
  return [
    `rebuild: ${webhooks} webhooks in ${seconds.toFixed(1)} s = ` +
      `${(webhooks / seconds).toFixed(0)} per second, ` +
      `${(1e6 / togetherUs).toFixed(0)} per second of CPU`,
    renderFigures(parts),
    `together: ${togetherUs.toFixed(1)} µs of CPU per webhook`,
    ...liveRows.map(
      ({ ms, table: name }) =>
        `live at ${options.liveRate} per second, ms to the row of ${name}: ` +
        `p50 ${ms.p50.toFixed(0)}, p95 ${ms.p95.toFixed(0)}, p99 ${ms.p99.toFixed(0)}`,
    ),
  ].join('\n')
}
