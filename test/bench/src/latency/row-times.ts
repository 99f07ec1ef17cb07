import { createClickHouse } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { type Quantiles, quantilesOf } from './quantiles.ts'

/** Tables whose rows stand for one event each, so that no merge drops what is measured. */
export const timedTables = ['message_events', 'status_transitions'] as const

type TimedTable = (typeof timedTables)[number]

/** Lets ClickHouse stamp rows as they come in, in a column that the sink does not know. */
export async function stampRows(url: string): Promise<void> {
  const client = createClickHouse({ url })
  for (const table of timedTables) {
    await client.command(
      `ALTER TABLE ${databaseName(1)}.${table}
       ADD COLUMN IF NOT EXISTS bench_row_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')`,
    )
  }
  await client.close()
}

/** How long after the receipt of their webhook the rows came in, for what was received since. */
export async function readRowTimes(
  url: string,
  table: TimedTable,
  sinceMs: number,
): Promise<Quantiles> {
  const client = createClickHouse({ url })
  const rows = await client.query<{ readonly delay_ms: number }>(
    `SELECT toInt32(toUnixTimestamp64Milli(bench_row_at) - toUnixTimestamp64Milli(received_at))
       AS delay_ms
     FROM ${databaseName(1)}.${table}
     WHERE received_at >= fromUnixTimestamp64Milli(toInt64({since:UInt64}))`,
    { since: sinceMs },
  )
  await client.close()
  return quantilesOf(rows.map(({ delay_ms: delayMs }) => delayMs))
}
