import { databaseName } from '@wabastream/contracts'
import { rollUp } from '@wabastream/clickhouse'
import { readUsage } from '../../usage/process-usage.ts'
import { type Engine } from '../engine/engine.ts'

/** Of the days before yesterday, so many are being written at any time: one in this many. */
const QUIET_PER_STALE = 20

/**
 * Rolls up every day of each number, and then leaves the days stale that are so on a server: today
 * and yesterday, and one in twenty of those before. Resolves with the engine's CPU µs per message.
 */
export async function rollUpDays(
  { client, pid }: Engine,
  { endMs, generation }: { readonly endMs: number; readonly generation: number },
): Promise<number> {
  const database = databaseName(generation)
  const before = readUsage(pid).cpuUs
  const { messages } = await rollUp({ client, database, quietMs: 0 })
  const cpuUs = readUsage(pid).cpuUs - before
  const yesterday = `toDate(fromUnixTimestamp64Milli(${endMs}, 'UTC')) - 1`
  await client.command(`
    INSERT INTO ${database}.day_marks (anchor_day, number, marked_at)
    SELECT DISTINCT anchor_day, number, now64(6, 'UTC') FROM ${database}.day_marks
    WHERE anchor_day >= ${yesterday} OR cityHash64(anchor_day, number) % ${QUIET_PER_STALE} = 0`)
  return messages === 0 ? 0 : cpuUs / messages
}
