import {
  encodeRow,
  type PlainRecord,
  type TableName,
  toTableRows,
  toTimelineRow,
} from '@wabastream/clickhouse'
import { type DeadLetterReason, type MessageTimeline } from '@wabastream/contracts'
import { type RecordTraces } from '@wabastream/processing'
import { ByteSlab } from './byte-slab.ts'

/** A Kafka record that rows come from: what a dead letter would have to tell. */
export interface SourceRecord {
  readonly offset: number
  readonly receivedAtMs: number
  /** When it was appended; not kept for a letter. */
  readonly timestampMs?: number
  readonly value: Uint8Array
}

/** Rows of one table, as lines. */
export interface TableRows {
  readonly table: TableName
  readonly lines: ByteSlab
  /** For each line, where its record stands among the sources of the batch. */
  readonly sourceIndexes: number[]
}

/** A timeline without a line yet, because its day may be that of an older row. */
export interface UnanchoredTimeline {
  readonly timeline: MessageTimeline
  readonly sourceIndex: number
}

/** A record that will never be rows. */
export interface RejectedRecord {
  readonly reason: Extract<DeadLetterReason, 'schema_rejected' | 'sink_rejected'>
  readonly detail: string
  readonly source: SourceRecord
}

/** What was read of one partition and is not inserted yet. */
export class PendingBatch {
  readonly tables = new Map<TableName, TableRows>()
  readonly unanchored: UnanchoredTimeline[] = []
  readonly rejected: RejectedRecord[] = []
  readonly traces: RecordTraces[] = []
  /** Earliest day of each timeline that has a line here. */
  readonly days = new Map<string, number>()
  /** To be committed once everything is inserted. */
  nextOffset: number
  rowCount = 0
  readonly #partition: number
  readonly #offsets: number[] = []
  readonly #receivedAtMs: number[] = []
  readonly #values = new ByteSlab()

  constructor(partition: number, nextOffset: number) {
    this.#partition = partition
    this.nextOffset = nextOffset
  }

  get byteCount(): number {
    let bytes = this.#values.byteCount
    for (const { lines } of this.tables.values()) bytes += lines.byteCount
    return bytes
  }

  add(record: PlainRecord, source: SourceRecord): void {
    const sourceIndex = this.#keep(source)
    const { offset, timestampMs = source.receivedAtMs } = source
    const place = { partition: this.#partition, offset, timestampMs }
    for (const { table, cells } of toTableRows(record, place)) {
      this.#addLine(table, encodeRow(cells), sourceIndex)
    }
  }

  /** `isUnanchored`: there may be an older row of the message, whose day it must have. */
  addTimeline(
    timeline: MessageTimeline,
    source: SourceRecord,
    { isUnanchored }: { readonly isUnanchored: boolean },
  ): void {
    const sourceIndex = this.#keep(source)
    if (isUnanchored) {
      this.unanchored.push({ timeline, sourceIndex })
      this.rowCount += 1
      return
    }
    const key = toKey(timeline)
    const day = this.days.get(key)
    if (day === undefined || timeline.anchorDay < day) this.days.set(key, timeline.anchorDay)
    this.#addLine('message_timeline', encodeRow(toTimelineRow(timeline)), sourceIndex)
  }

  /** Gives the unanchored timelines their lines; once, with a day for each. */
  anchor(anchorDays: readonly number[]): void {
    this.rowCount -= this.unanchored.length
    this.unanchored.forEach(({ timeline, sourceIndex }, index) => {
      const line = encodeRow(toTimelineRow(timeline, anchorDays[index]))
      this.#addLine('message_timeline', line, sourceIndex)
    })
    this.unanchored.length = 0
  }

  reject(error: unknown, source: SourceRecord): void {
    const kept = this.sourceAt(this.#keep(source))
    this.rejected.push({ reason: 'schema_rejected', detail: String(error), source: kept })
  }

  sourceAt(index: number): SourceRecord {
    return {
      offset: this.#offsets[index] ?? 0,
      receivedAtMs: this.#receivedAtMs[index] ?? 0,
      value: Buffer.from(this.#values.slice(index, index + 1)),
    }
  }

  receivedAtMs(sourceIndex: number): number {
    return this.#receivedAtMs[sourceIndex] ?? 0
  }

  /** Copies the value: the record's own bytes live no longer than its fetch. */
  #keep({ offset, receivedAtMs, value }: SourceRecord): number {
    this.#offsets.push(offset)
    this.#receivedAtMs.push(receivedAtMs)
    this.#values.addBytes(value)
    return this.#offsets.length - 1
  }

  #addLine(table: TableName, line: string, sourceIndex: number): void {
    let rows = this.tables.get(table)
    if (rows === undefined) {
      rows = { table, lines: new ByteSlab(), sourceIndexes: [] }
      this.tables.set(table, rows)
    }
    rows.lines.addLine(line)
    rows.sourceIndexes.push(sourceIndex)
    this.rowCount += 1
  }
}

/** Names a timeline within this process. */
export function toKey({
  number,
  messageId,
  participant,
}: Pick<MessageTimeline, 'number' | 'messageId' | 'participant'>): string {
  return `${number.length}:${number}${messageId.length}:${messageId}${participant}`
}
