import {
  type ClickHouse,
  encodeRow,
  findAnchorDays,
  insertColumns,
  isSinkRecord,
  type TableRow,
  toTableRows,
  toTimelineRow,
} from '@wabastream/clickhouse'
import { databaseName, type MessageTimeline } from '@wabastream/contracts'
import { type AvroCodec, CodecError } from '@wabastream/schema-registry'

/**
 * Writes the rows of a record as the sink would. Nothing is appended to its topic: timelines are a
 * changelog in which an old one would undo newer ones, and transitions would be doubled. A row that
 * is written again, or late, does no harm in the tables.
 */
export async function writeRows(
  tools: {
    readonly clickhouse: ClickHouse
    readonly codec: AvroCodec
    readonly generation: number
    readonly isDryRun: boolean
  },
  place: { readonly partition: number; readonly offset: number; readonly timestampMs?: number },
  value: Uint8Array,
): Promise<void> {
  const { clickhouse, codec, generation, isDryRun } = tools
  const database = databaseName(generation)
  await codec.prepare(value)
  const record = codec.decode(value)
  const { type } = record
  if (!isSinkRecord(record)) {
    throw new CodecError('schema_foreign', `there is no table for a ${type}`)
  }
  const rows: readonly TableRow[] =
    record.type === 'MessageTimeline'
      ? [await toRow({ clickhouse, database }, record.data)]
      : toTableRows(record, place)
  if (isDryRun) return
  for (const { table, cells } of rows) {
    const target = { database, table, columns: insertColumns[table] }
    await clickhouse.insert(target, [Buffer.from(`${encodeRow(cells)}\n`)])
  }
}

async function toRow(
  { clickhouse, database }: { readonly clickhouse: ClickHouse; readonly database: string },
  timeline: MessageTimeline,
): Promise<TableRow> {
  // The letter may have waited for long: meanwhile other records may have made a row, of any day.
  const [stored] = await findAnchorDays({ client: clickhouse, database, ids: [timeline] })
  const cells = toTimelineRow(timeline, stored?.anchorDay ?? timeline.anchorDay)
  return { table: 'message_timeline', cells }
}
