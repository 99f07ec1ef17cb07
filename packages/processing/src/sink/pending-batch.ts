import { type RejectedRecord, type SourceRecord } from '../ports/rejected-record.ts'
import { type RecordTraces } from '../ports/record-traces.ts'
import { ByteSlab } from './byte-slab.ts'
import {
  type LineBuffer,
  type RowBatch,
  type SinkPartition,
  type UnsettledRows,
} from './sink-port.ts'

/** Rows of one table, as lines. */
export interface TableRows<Table extends string> {
  readonly table: Table
  readonly lines: ByteSlab
  /** For each line, the index of its record among the sources of the batch. */
  readonly sourceIndexes: number[]
}

/** The part of a batch that outlives its records: what a refused row came from. */
export type BatchSources = Pick<PendingBatch<never, never>, 'receivedAtMs' | 'sourceAt'>

/** What of one partition may wait at most, and a batch may hold. */
export interface LaneLimits {
  readonly batchRowsMax: number
  readonly batchBytesMax: number
}

/** Whether the batches together hold as much as they may. */
export function isFull(
  batches: readonly Pick<PendingBatch<never, never>, 'byteCount' | 'rowCount'>[],
  { batchBytesMax, batchRowsMax }: LaneLimits,
): boolean {
  let [rows, bytes] = [0, 0]
  for (const { byteCount, rowCount } of batches) {
    rows += rowCount
    bytes += byteCount
  }
  return rows >= batchRowsMax || bytes >= batchBytesMax
}

/** What was read from one partition and is not inserted yet. */
export class PendingBatch<Value, Table extends string> implements LineBuffer<Table> {
  readonly #tables = new Map<Table, TableRows<Table>>()
  readonly rejected: RejectedRecord[] = []
  readonly traces: RecordTraces[] = []
  /** To be committed once everything is inserted. */
  nextOffset: number
  /** When its first records were read (`performance.now()`). */
  readonly begunMs = performance.now()
  #lineCount = 0
  readonly #partition: SinkPartition<Value, Table>
  readonly #rows: RowBatch<Value, Table>
  readonly #offsets: number[] = []
  readonly #receivedAtMs: number[] = []
  readonly #values = new ByteSlab()
  readonly #slabs = [this.#values]

  constructor(partition: SinkPartition<Value, Table>, nextOffset: number) {
    this.nextOffset = nextOffset
    this.#partition = partition
    this.#rows = partition.beginBatch(this)
  }

  /** One without rows, for the same position. */
  emptied(): PendingBatch<Value, Table> {
    return new PendingBatch(this.#partition, this.nextOffset)
  }

  get rowCount(): number {
    return this.#lineCount + (this.unsettled?.rowCount ?? 0)
  }

  /** Whether there are rows of some of these tables. */
  hasRows(isOne: (table: Table) => boolean): boolean {
    const { unsettled } = this
    if (unsettled !== undefined && unsettled.rowCount > 0 && isOne(unsettled.table)) return true
    return [...this.#tables.keys()].some(isOne)
  }

  /** The rows of these tables, which are no longer in the batch then. */
  takeRows(isOne: (table: Table) => boolean): readonly TableRows<Table>[] {
    const taken = [...this.#tables.values()].filter(({ table }) => isOne(table))
    for (const { lines, table } of taken) {
      this.#tables.delete(table)
      this.#lineCount -= lines.count
    }
    return taken
  }

  get byteCount(): number {
    let bytes = this.#values.byteCount
    for (const { lines } of this.#tables.values()) bytes += lines.byteCount
    return bytes
  }

  get unsettled(): UnsettledRows<Table> | undefined {
    return this.#rows.unsettled
  }

  add(value: Value, source: SourceRecord): void {
    this.#rows.add(value, source, this.#keep(source))
  }

  addLine(table: Table, line: string, sourceIndex: number): void {
    let rows = this.#tables.get(table)
    if (rows === undefined) {
      rows = { table, lines: new ByteSlab(), sourceIndexes: [] }
      this.#tables.set(table, rows)
      this.#slabs.push(rows.lines)
    }
    rows.lines.addLine(line)
    rows.sourceIndexes.push(sourceIndex)
    this.#lineCount += 1
  }

  /** Ends the batch, once all of it is written: what it held is used for others. */
  free(): void {
    for (const slab of this.#slabs.splice(0)) slab.free()
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

  /** Copies the value, because the record's own bytes are valid only during its fetch. */
  #keep({ offset, receivedAtMs, value }: SourceRecord): number {
    this.#offsets.push(offset)
    this.#receivedAtMs.push(receivedAtMs)
    this.#values.addBytes(value)
    return this.#offsets.length - 1
  }
}
