import { type ClickHouse, findMissingColumns } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { CliError } from '../cli-error.ts'

/** Throws, saying what to do, unless the generation has all of its tables. */
export async function assertGenerationExists(
  clickhouse: ClickHouse,
  generation: number,
): Promise<void> {
  const missing = await findMissingColumns(clickhouse, databaseName(generation))
  if (missing.length === 0) return
  throw new CliError(`Generation ${generation} is not there, or not complete (missing: `
    + `${missing.slice(0, 5).join(', ')}): \`wabastream replay --into ${generation}\` builds it.`)
}
