import { type MissingRange, type MissingRows } from '@wabastream/clickhouse'
import { commandText } from '../output/command-text.ts'
import { formatCount } from '../output/format.ts'

const RANGES_SHOWN_MAX = 20
const PLACES_SHOWN_MAX = 20

/** The two generations, and the data folder for the commands in the text. */
export interface Swap {
  readonly live: number
  readonly into: number
  readonly dataDirectory: string
}

export function countMissing(missing: readonly MissingRows[]): number {
  return missing.reduce((sum, { rows }) => sum + rows, 0)
}

export function describeMissing(
  missing: readonly MissingRange[],
  { dataDirectory, into, live }: Swap,
): string {
  const count = missing.reduce((sum, { webhooks }) => sum + webhooks, 0)
  const lines = missing
    .slice(0, RANGES_SHOWN_MAX)
    .map(
      ({ partition, first, last, webhooks }) =>
        `  - raw partition ${partition}, offsets ${first} to ${last}: ${formatCount(webhooks)} webhooks`,
    )
  const rest =
    missing.length > RANGES_SHOWN_MAX
      ? [`  … and ${missing.length - RANGES_SHOWN_MAX} more ranges`]
      : []
  return [
    `Generation ${into} lacks ${formatCount(count)} webhooks that generation ${live} holds, so the ` +
      `views stay at ${live}:`,
    ...lines,
    ...rest,
    rebuildAnew(into, dataDirectory),
  ].join('\n')
}

/** The missing rows, by table and place. */
export function describeMissingRows(missing: readonly MissingRows[], { live, into }: Swap): string {
  const lines = missing
    .slice(0, PLACES_SHOWN_MAX)
    .map(
      ({ table, place, rows, examples }) =>
        `  - ${table}, ${place}: ${formatCount(rows)} rows, such as ${examples.join(', ')}`,
    )
  const rest =
    missing.length > PLACES_SHOWN_MAX
      ? [`  … and more in ${missing.length - PLACES_SHOWN_MAX} other places`]
      : []
  const count = formatCount(countMissing(missing))
  return [
    `Generation ${into} lacks ${count} rows that generation ${live} holds:`,
    ...lines,
    ...rest,
  ].join('\n')
}

/** The command that puts it right. */
export function rebuildAnew(into: number, dataDirectory: string): string {
  const [drop, rebuild] = ['--drop', '--into'].map((option) =>
    commandText(['replay', option, String(into)], dataDirectory),
  )
  return `Rebuild it from the beginning: \`${drop}\`, then \`${rebuild}\`.`
}
