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
  numbers: 'last_day',
  settled_persons: 'last_day',
  template_categories: 'toDate(first.1)',
  group_timeline: 'anchor_day',
  day_marks: 'anchor_day',
  funnel_rollup: 'anchor_day',
  quality_rollup: 'anchor_day',
  billing_rollup: 'anchor_day',
  reconciliation_slices: 'toDate(checked_at)',
} as const

const TTL_DAYS = /TTL .*toIntervalDay\((\d+)\)/

/** Columns in which rows of earlier versions hold what stands in `message_content` now. */
const contentColumns = ['content', 'contact_name'] as const

/** Sets the time to live of every table where it differs; resolves with the number of changes. */
export async function ensureRetention({
  client,
  database,
  retentionDays,
  contentDays,
}: {
  readonly client: ClickHouse
  readonly database: string
  readonly retentionDays: number
  /** Of texts and names. */
  readonly contentDays: number
}): Promise<number> {
  const live = await readRetention(client, database)
  let changes = 0
  for (const [table, age] of Object.entries(ageColumns)) {
    const days = table === 'message_content' ? contentDays : retentionDays
    if (live.get(table) === days) continue
    await runStatement(
      client,
      `ALTER TABLE ${database}.${table} MODIFY TTL ${age} + toIntervalDay(${days})`,
    )
    changes += 1
  }
  return changes + (await ensureColumnRetention(client, database, { retentionDays, contentDays }))
}

/** Texts of earlier versions are blanked when they are too old, and their rows stay. */
async function ensureColumnRetention(
  client: ClickHouse,
  database: string,
  { retentionDays, contentDays }: { readonly retentionDays: number; readonly contentDays: number },
): Promise<number> {
  const wanted = contentDays < retentionDays ? contentDays : undefined
  const [table] = await client.query<{ readonly text: string }>(
    `SELECT create_table_query AS text FROM system.tables
     WHERE database = {database:String} AND name = 'message_events'`,
    { database },
  )
  let changes = 0
  for (const column of contentColumns) {
    const found = new RegExp(`\`${column}\` String[^,]* TTL [^,]*toIntervalDay\\((\\d+)\\)`).exec(
      table?.text ?? '',
    )?.[1]
    const days = found === undefined ? undefined : Number(found)
    if (days === wanted) continue
    const ttl =
      wanted === undefined
        ? 'REMOVE TTL'
        : `String TTL toDate(received_at) + toIntervalDay(${wanted})`
    await runStatement(
      client,
      `ALTER TABLE ${database}.message_events MODIFY COLUMN ${column} ${ttl}`,
    )
    changes += 1
  }
  return changes
}

/** Days for which rows are kept, by table; undefined if they are kept for ever. */
export async function readRetention(
  client: Pick<ClickHouse, 'query'>,
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
