import { type ClickHouse, readViewsGeneration } from '@wabastream/clickhouse'
import { findClickHouse } from './addresses.ts'
import { CliError } from '../output/cli-error.ts'
import { startText } from '../output/command-text.ts'
import { connectClickHouse } from './connect-clickhouse.ts'
import { explainStopped } from './stopped-query.ts'

const UNREACHABLE = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET/
const NO_TABLES = /UNKNOWN_TABLE|UNKNOWN_DATABASE|Unknown table|Database .* does not exist/

const FIRST_GENERATION = 1

/**
 * Runs `use` with the known ClickHouse and the generation that the views show, unless the
 * environment names another. If ClickHouse does not answer, or stops a query, says what to do.
 */
export async function withClickHouse(
  dataDirectory: string,
  use: (clickhouse: ClickHouse, generation: number) => Promise<void>,
  /** Options that make its queries read less. */
  narrowing?: string,
): Promise<void> {
  const found = await findClickHouse(dataDirectory)
  const { clickhouseUrl } = found
  let generation = found.generation ?? FIRST_GENERATION
  const clickhouse = connectClickHouse({ url: clickhouseUrl })
  try {
    generation = found.generation ?? (await readViewsGeneration(clickhouse)) ?? FIRST_GENERATION
    await use(clickhouse, generation)
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    const stopped = explainStopped(cause, narrowing)
    if (stopped !== undefined) throw stopped
    const text = cause instanceof Error ? `${cause.message} ${codeOf(cause)}` : String(cause)
    const { host } = new URL(clickhouseUrl)
    if (UNREACHABLE.test(text)) {
      const message = `ClickHouse at ${host} does not answer: is \`${startText(dataDirectory)}\` running?`
      throw new CliError(message, { cause })
    }
    if (NO_TABLES.test(text)) {
      const message =
        `ClickHouse at ${host} has no tables of generation ${generation} yet: ` +
        `\`${startText(dataDirectory)}\` makes them.`
      throw new CliError(message, { cause })
    }
    throw cause
  } finally {
    await clickhouse.close()
  }
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : ''
}
