import pRetry from 'p-retry'
import { type ClickHouse } from '../client/clickhouse-client.ts'

const ATTEMPTS_MAX = 5
const FIRST_DELAY_MS = 250

/**
 * Two processes that start together can disturb each other's DDL although each statement is
 * harmless, so what can be repeated is tried a few times before the error counts.
 */
export function retryFewTimes<T>(act: () => Promise<T>): Promise<T> {
  return pRetry(act, { retries: ATTEMPTS_MAX - 1, minTimeout: FIRST_DELAY_MS, randomize: true })
}

/** Runs one repeatable statement, also a few times, unless the query `done` returns a row. */
export async function runStatement(
  client: Pick<ClickHouse, 'command' | 'query'>,
  statement: string,
  {
    done,
    wait = () => Promise.resolve(),
  }: {
    /** A query that returns a row if nothing is left to do. */
    readonly done?: string | undefined
    /** What the statement has to wait for. */
    readonly wait?: () => Promise<unknown>
  } = {},
): Promise<void> {
  await retryFewTimes(async () => {
    if (done !== undefined && (await client.query(done)).length > 0) return
    await wait()
    await client.command(statement)
  })
}
