import pRetry from 'p-retry'
import { ClickHouseError } from '../client/clickhouse-error.ts'

/** Another process's insert into the same table has not reached its quorum yet. */
const PREVIOUS_UNDER_WAY = 286
const ATTEMPTS_MAX = 12
const FIRST_DELAY_MS = 50
const LAST_DELAY_MS = 1_000

/**
 * Inserts of one table one after the other, because the server refuses a second one until the first
 * has its quorum. Other processes insert too, so what is refused for that is tried again for some
 * seconds before the error counts.
 */
export function createTurns(): (table: string, insert: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<unknown>>()
  return function inTurn(table, insert) {
    const attempt = (): Promise<void> => retryWhileUnderWay(insert)
    const mine = (last.get(table) ?? Promise.resolve()).then(attempt, attempt)
    last.set(table, mine)
    return mine
  }
}

function retryWhileUnderWay(insert: () => Promise<void>): Promise<void> {
  return pRetry(insert, {
    retries: ATTEMPTS_MAX - 1,
    minTimeout: FIRST_DELAY_MS,
    maxTimeout: LAST_DELAY_MS,
    randomize: true,
    shouldRetry: ({ error }) =>
      error instanceof ClickHouseError && error.serverCode === PREVIOUS_UNDER_WAY,
  })
}
