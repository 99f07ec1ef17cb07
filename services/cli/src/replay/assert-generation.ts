import { findMissingColumns } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { CliError } from '../output/cli-error.ts'
import { commandText } from '../output/command-text.ts'
import { type Installation } from '../installation/installation.ts'

/** Throws an error that says what to do, unless the generation has all of its tables. */
export async function assertGenerationExists(
  { clickhouse, dataDirectory }: Pick<Installation, 'clickhouse' | 'dataDirectory'>,
  generation: number,
): Promise<void> {
  const missing = await findMissingColumns(clickhouse, databaseName(generation))
  if (missing.length === 0) return
  const build = commandText(['replay', '--into', String(generation)], dataDirectory)
  throw new CliError(
    `Generation ${generation} is not there, or not complete (missing: ` +
      `${missing.slice(0, 5).join(', ')}): \`${build}\` builds it.`,
  )
}

/** Throws unless the generation is built beside the live one. */
export function assertBeside({
  into,
  live,
}: {
  readonly into: number
  readonly live: number
}): void {
  if (into !== live) return
  throw new CliError(
    `Generation ${into} is the live one: rebuild into another, such as ${live + 1}.`,
    { exitCode: 2 },
  )
}
