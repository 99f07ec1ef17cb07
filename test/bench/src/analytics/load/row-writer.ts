import {
  type ClickHouse,
  createClickHouseSink,
  type SinkRecord,
  type TableName,
} from '@wabastream/clickhouse'
import { ByteSlab, type LineBuffer, type RowBatch } from '@wabastream/processing'
import { EXPIRY_DAYS } from './fold.ts'

/** Rows of the largest table of a batch, as in the sink's batches under load. */
const ROWS_PER_BATCH = 30_000
const PARTITIONS = 6

/** Lines of a batch, by table. */
export type Lines = ReadonlyMap<TableName, Pick<ByteSlab, 'count' | 'slice'>>

interface Batch extends LineBuffer<TableName> {
  readonly lines: Map<TableName, ByteSlab>
  readonly rows: readonly RowBatch<SinkRecord, TableName>[]
  /** Rows of the largest table. */
  rowsMax: number
}

/**
 * Makes rows with the product's own sink, and inserts them in batches: one while the next is made.
 */
export class RowWriter {
  readonly #sink: ReturnType<typeof createClickHouseSink>
  readonly #partitions: readonly ReturnType<typeof this.openPartition>[]
  readonly #counts = new Map<string, number>()
  readonly #onBatch: ((lines: Lines) => void) | undefined
  #batch: Batch
  #underWay: Promise<void> = Promise.resolve()
  #index = 0

  constructor(options: {
    readonly client: Pick<ClickHouse, 'insert' | 'query'>
    readonly database: string
    /** Gets each batch before it is inserted. */
    readonly onBatch?: (lines: Lines) => void
  }) {
    const { client, database, onBatch } = options
    this.#onBatch = onBatch
    this.#sink = createClickHouseSink({ client, database, expiryDays: EXPIRY_DAYS })
    this.#partitions = Array.from({ length: PARTITIONS }, (_, partition) =>
      this.openPartition(partition),
    )
    this.#batch = this.#begin()
  }

  get counts(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }

  /** Time to flush. */
  get isFull(): boolean {
    return this.#batch.rowsMax >= ROWS_PER_BATCH
  }

  add(record: SinkRecord, partition: number, timestampMs: number): void {
    const source = {
      offset: this.#index,
      receivedAtMs: timestampMs,
      timestampMs,
      value: NO_BYTES,
    }
    this.#batch.rows[partition % PARTITIONS]?.add(record, source, this.#index)
    this.#index += 1
  }

  /** Sends what was added; resolves once the batch before is written. */
  async flush(): Promise<void> {
    const batch = this.#batch
    await this.#underWay
    this.#underWay = this.#write(batch)
    this.#batch = this.#begin()
  }

  async finish(): Promise<void> {
    await this.flush()
    await this.#underWay
  }

  openPartition(partition: number) {
    return this.#sink.openPartition({ topic: 'bench', partition, isFromStart: true })
  }

  async #write(batch: Batch): Promise<void> {
    for (const { unsettled } of batch.rows) {
      if (unsettled !== undefined && unsettled.rowCount > 0) (await unsettled.settle())()
    }
    this.#onBatch?.(batch.lines)
    await Promise.all(
      [...batch.lines].map(([table, lines]) => {
        this.#counts.set(table, (this.#counts.get(table) ?? 0) + lines.count)
        return this.#sink.insert(table, [lines.slice(0, lines.count)])
      }),
    )
  }

  #begin(): Batch {
    const lines = new Map<TableName, ByteSlab>()
    const batch: Omit<Batch, 'rows'> = {
      lines,
      rowsMax: 0,
      addLine(table, line) {
        const slab = lines.get(table) ?? new ByteSlab()
        if (slab.count === 0) lines.set(table, slab)
        slab.addLine(line)
        batch.rowsMax = Math.max(batch.rowsMax, slab.count)
      },
    }
    return Object.assign(batch, {
      rows: this.#partitions.map((partition) => partition.beginBatch(batch)),
    })
  }
}

const NO_BYTES = Buffer.alloc(0)
