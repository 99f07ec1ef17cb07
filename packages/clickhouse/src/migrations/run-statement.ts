import { setTimeout as delay } from 'node:timers/promises'
import { type ClickHouse } from '../clickhouse-client.ts'

const ATTEMPTS_MAX = 5
const RETRY_DELAY_MS = 250

/**
 * Runs one repeatable statement. Two processes that start together can get in each other's way in
 * DDL although each statement is harmless, so it is tried a few times before the error counts.
 */
export async function runStatement(
  client: Pick<ClickHouse, 'command'>,
  statement: string,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.command(statement)
      return
    } catch (error) {
      if (attempt === ATTEMPTS_MAX) throw error
    }
    await delay(RETRY_DELAY_MS * attempt)
  }
}
