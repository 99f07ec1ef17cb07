import {
  type ClickHouse,
  fillCategories,
  insertColumns,
  sqlText,
  type TableRow,
  toEventRows,
} from '@wabastream/clickhouse'
import { databaseName, type WhatsAppEvent } from '@wabastream/contracts'

/** What distinguishes the rows of one raw record, by table: their keys without the raw position. */
const keys = {
  message_events: ['item_index', 'number', 'message_id', 'event_type', 'event_at', 'error_codes'],
  errors: ['item_index', 'number', 'error_index'],
  account_events: ['item_index', 'field'],
  message_content: ['item_index', 'number', 'message_id', 'event_type', 'event_at'],
} as const

/** What of a column is part of a key, where it is not its value. */
const KEY_PARTS: Readonly<Record<string, string>> = {
  received_at: 'toUnixTimestamp64Milli(received_at)',
  event_at: 'ifNull(toUnixTimestamp64Milli(event_at), -1)',
  error_codes: 'notEmpty(error_codes)',
}

const eventTables = ['message_events', 'errors', 'account_events', 'message_content'] as const

interface Source {
  readonly clickhouse: Pick<ClickHouse, 'command' | 'query'>
  readonly generation: number
}

interface RawPlace {
  readonly partition: number
  readonly offset: number
}

/**
 * Deletes the rows of a raw record that these events do not make. An earlier version read its items
 * differently, under other keys, and both readings would remain. Rows of the same key are replaced
 * when the events are written. It can be repeated.
 *
 * Rows of items from `itemsRead` on stay, because nothing is read there. Resolves with the number
 * of events that have such rows.
 */
export async function deleteSuperseded(
  { clickhouse, generation }: Source,
  raw: RawPlace,
  { events, itemsRead }: { readonly events: readonly WhatsAppEvent[]; readonly itemsRead: number },
): Promise<number> {
  const rows = events.flatMap(toEventRows)
  const all = atPlace(raw, databaseName(generation))
  const isLimited = Number.isFinite(itemsRead)
  const place = isLimited ? `${all} AND item_index < ${itemsRead}` : all
  for (const table of eventTables) {
    const target = `${databaseName(generation)}.${table}`
    const names = ['received_at', ...keys[table]]
    const columns = `(${names.map((name) => KEY_PARTS[name] ?? name).join(', ')})`
    const made = rows.filter((row) => row.table === table).map((row) => keyOf(row, names))
    const stale = await clickhouse.query<{ readonly key: string }>(`
      SELECT DISTINCT toString(${columns}) AS key FROM ${target}
      WHERE ${place} ${made.length === 0 ? '' : `AND ${columns} NOT IN (${made.join(', ')})`}`)
    for (let start = 0; start < stale.length; start += KEYS_PER_STATEMENT) {
      const some = stale.slice(start, start + KEYS_PER_STATEMENT).map(({ key }) => key)
      await clickhouse.command(
        `DELETE FROM ${target} WHERE ${place} AND ${columns} IN (${some.join(', ')})`,
      )
    }
    if (table === 'account_events' && stale.length > 0) {
      await replaceCategories(clickhouse, databaseName(generation), raw)
    }
  }
  if (!isLimited) return 0
  const [kept] = await clickhouse.query<{ readonly items: number }>(`
    SELECT toUInt32(uniqExact(item_index)) AS items FROM ${databaseName(generation)}.message_events
    WHERE ${all} AND item_index >= ${itemsRead}`)
  return kept?.items ?? 0
}

/** They are made of account events, and see no deletion: those that came from the record go. */
async function replaceCategories(
  clickhouse: Source['clickhouse'],
  database: string,
  { offset, partition }: RawPlace,
): Promise<void> {
  await clickhouse.command(`DELETE FROM ${database}.template_categories
    WHERE first.2 = ${partition} AND first.3 = ${offset}`)
  await clickhouse.command(fillCategories(database))
}

/** A statement may have some 250 000 characters, whatever the limit of a query is. */
const KEYS_PER_STATEMENT = 100

/** Its verdicts have its times of receipt, which lead to its rows. */
function atPlace({ offset, partition }: RawPlace, database: string): string {
  return `raw_partition = ${partition} AND raw_offset = ${offset}
    AND received_at IN (SELECT received_at FROM ${database}.raw_webhooks
      WHERE raw_partition = ${partition} AND raw_offset = ${offset})`
}

/** Cells of the row, as a tuple in SQL. */
function keyOf({ table, cells }: TableRow, names: readonly string[]): string {
  const columns: readonly string[] = insertColumns[table]
  const values = names.map((name) => {
    const cell = cells[columns.indexOf(name)]
    if (name === 'error_codes') return Array.isArray(cell) && cell.length > 0 ? '1' : '0'
    if (cell === null) return '-1'
    return typeof cell === 'number' ? String(cell) : sqlText(String(cell))
  })
  return `(${values.join(', ')})`
}
