import { type ClickHouse, readTableDays } from '@wabastream/clickhouse'
import { CliError } from '../output/cli-error.ts'
import { commandText, DEFAULT_DATA_DIRECTORY } from '../output/command-text.ts'

/**
 * Days for which a generation beside the live one keeps its rows: the requested number, or else as
 * many as the live one, or as when it was begun. Throws if that would lose what analysts see.
 */
export async function chooseRetention(
  clickhouse: ClickHouse,
  {
    asked,
    into,
    live,
  }: {
    readonly asked: number | undefined
    readonly into: number
    readonly live: number
  },
): Promise<number> {
  const kept = await readTableDays(clickhouse, live)
  if (asked === undefined && kept === null) {
    throw new CliError(
      `The tables of generation ${live} keep their rows for ever: say in ` +
        'RETENTION_DAYS for how many days the new ones are to keep them.',
      { exitCode: 2 },
    )
  }
  const days = asked ?? Math.max(kept ?? 0, (await readTableDays(clickhouse, into)) ?? 0)
  if (days >= (kept ?? 0)) return days
  // It uses only addresses, and knows no data folder.
  const shorten = commandText(['prepare'], DEFAULT_DATA_DIRECTORY)
  throw new CliError(
    `RETENTION_DAYS is ${days}, while the tables of generation ${live} keep their ` +
      `rows for ${kept} days. Leave it out, or let \`${shorten}\` shorten theirs first.`,
    { exitCode: 2 },
  )
}
