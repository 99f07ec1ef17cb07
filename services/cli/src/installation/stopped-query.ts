import { ClickHouseError } from '@wabastream/clickhouse'
import { CliError } from '../output/cli-error.ts'

/** By the server's code, what a query would have needed more of than its user is given. */
const LIMITS: ReadonlyMap<number, string> = new Map([
  [158, 'it would have read more rows'],
  [159, 'it took longer'],
  [160, 'it would have taken longer'],
  [201, 'this user has asked for more within the hour'],
  [202, 'more queries ran at once'],
  [241, 'it needed more memory'],
  [307, 'it would have read more bytes'],
  [396, 'its answer, or what it put on the disk, was larger'],
])

/** What our client says of its own timeout. */
const CLIENT_TIMEOUT = 'Timeout error.'

const RAISE = 'raise the limits of its user, such as max_execution_time and max_memory_usage'

/**
 * A query that was stopped because it asked for too much, with what asks for less: options of the
 * command, if any do. Undefined for every other error.
 */
export function explainStopped(error: unknown, narrowing?: string): CliError | undefined {
  const reason = reasonOf(error)
  if (reason === undefined) return undefined
  const advice =
    narrowing === undefined
      ? `No option narrows what this command reads: ${RAISE}.`
      : `Ask for less with ${narrowing}, or ${RAISE}.`
  return new CliError(`ClickHouse stopped the query: ${reason}. ${advice}`, { cause: error })
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof ClickHouseError) {
    const limit = LIMITS.get(error.serverCode)
    return limit && `${limit} than the server allows (code ${error.serverCode})`
  }
  return error instanceof Error && error.message === CLIENT_TIMEOUT
    ? 'it took longer than this command waits'
    : undefined
}
