import { type ClickHouse } from '../client/clickhouse-client.ts'
import { runStatement } from './run-statement.ts'

/** The day from which the age of a row counts, by table. A DateTime plus a century would wrap. */
const ageColumns = {
  message_events: 'toDate(received_at)',
  message_timeline: 'anchor_day',
  status_transitions: 'toDate(received_at)',
  raw_webhooks: 'toDate(received_at)',
  dead_letters: 'toDate(received_at)',
  errors: 'toDate(received_at)',
  account_events: 'toDate(received_at)',
  message_content: 'toDate(received_at)',
  contact_aliases: 'last_day',
  reconciliation_slices: 'toDate(checked_at)',
} as const

const TTL_DAYS = /TTL .*toIntervalDay\((\d+)\)/

/** Sets the time to live of every table where it differs; resolves with the number of changes. */
export async function ensureRetention({
  client,
  database,
  retentionDays,
}: {
  readonly client: ClickHouse
  readonly database: string
  readonly retentionDays: number
}): Promise<number> {
  const live = await readRetention(client, database)
  let changes = 0
  for (const [table, age] of Object.entries(ageColumns)) {
    if (live.get(table) === retentionDays) continue
    await runStatement(
      client,
      `ALTER TABLE ${database}.${table} MODIFY TTL ${age} + toIntervalDay(${retentionDays})`,
    )
    changes += 1
  }
  return changes
}

/** Days for which rows are kept, by table; undefined if they are kept for ever. */
export async function readRetention(
  client: ClickHouse,
  database: string,
): Promise<ReadonlyMap<string, number | undefined>> {
  const tables = await client.query<{ readonly name: string; readonly create_table_query: string }>(
    'SELECT name, create_table_query FROM system.tables WHERE database = {database:String}',
    { database },
  )
  return new Map(
    tables.map(({ name, create_table_query: text }) => {
      const days = TTL_DAYS.exec(text)?.[1]
      return [name, days === undefined ? undefined : Number(days)]
    }),
  )
}
