import { encodeRow, type PlainRecord, type TableName, toTableRows } from '@wabastream/clickhouse'
import { type DeadLetterReason, type MessageTimeline } from '@wabastream/contracts'

/** The Kafka record that rows came from: what a dead letter would have to tell. */
export interface SourceRecord {
  readonly offset: number
  readonly receivedAtMs: number
  /** A copy: the record's own bytes live no longer than its fetch. */
  readonly value: Uint8Array
}

/** Rows of one table, as lines, each with its source at the same index. */
export interface TableRows {
  readonly table: TableName
  readonly lines: string[]
  readonly sources: SourceRecord[]
}

export interface PendingTimeline {
  readonly timeline: MessageTimeline
  readonly source: SourceRecord
}

/** A record that will never be rows. */
export interface RejectedRecord {
  readonly reason: Extract<DeadLetterReason, 'schema_rejected' | 'sink_rejected'>
  readonly detail: string
  readonly source: SourceRecord
}

/** What was read of one partition and is not inserted yet. */
export interface PendingBatch {
  readonly tables: Map<TableName, TableRows>
  /** Not lines yet: their anchor day may depend on rows that are being inserted. */
  readonly timelines: PendingTimeline[]
  readonly rejected: RejectedRecord[]
  rowCount: number
  byteCount: number
  /** To be committed once everything is inserted. */
  nextOffset: number
}

export function createPendingBatch(nextOffset: number): PendingBatch {
  return {
    tables: new Map(), timelines: [], rejected: [], rowCount: 0, byteCount: 0, nextOffset,
  }
}

export function addTimeline(batch: PendingBatch, pending: PendingTimeline): void {
  batch.timelines.push(pending)
  batch.rowCount += 1
  batch.byteCount += pending.source.value.length
}

export function addRecord(
  batch: PendingBatch,
  record: PlainRecord,
  source: SourceRecord,
  partition: number,
): void {
  for (const { table, cells } of toTableRows(record, { partition, offset: source.offset })) {
    const line = encodeRow(cells)
    addLine(batch, table, { line, source })
    batch.rowCount += 1
    batch.byteCount += line.length
  }
}

export function addLine(
  batch: PendingBatch,
  table: TableName,
  { line, source }: { readonly line: string; readonly source: SourceRecord },
): void {
  const rows = rowsOf(batch, table)
  rows.lines.push(line)
  rows.sources.push(source)
}

function rowsOf(batch: PendingBatch, table: TableName): TableRows {
  const existing = batch.tables.get(table)
  if (existing !== undefined) return existing
  const rows: TableRows = { table, lines: [], sources: [] }
  batch.tables.set(table, rows)
  return rows
}
