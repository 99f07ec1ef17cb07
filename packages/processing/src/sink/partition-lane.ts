import { type BatchContext } from '../ports/ports.ts'
import { type Position, type RecordBatch, type TopicPartition } from '../ports/record.ts'
import { type BeginTraces, type RecordTraces } from '../ports/record-traces.ts'
import { toSource } from '../ports/rejected-record.ts'
import { type BatchWriter } from './batch-writer.ts'
import { type Departing, type Departures } from './departures.ts'
import { type LaneEvent, type LaneState, laneStates } from './lane-states.ts'
import { isFull, type LaneLimits, PendingBatch } from './pending-batch.ts'
import { type ReadResult, type RecordReader } from './record-reader.ts'
import { type Sink, type SinkPartition } from './sink-port.ts'

export interface LaneOptions<Value, Table extends string> extends TopicPartition {
  readonly sink: Pick<Sink<Value, Table>, 'openPartition'>
  readonly reader: RecordReader<Value>
  readonly writer: BatchWriter<Value, Table>
  readonly limits: LaneLimits
  /** When a batch leaves that is not full. */
  readonly departures: Departures
  /** Rows of these tables leave with fewer departures; none, if it is left out. */
  readonly isPatient?: ((table: Table) => boolean) | undefined
  readonly commit: (position: Position) => Promise<void>
  /** Reading stops while more is buffered than a batch may hold. */
  readonly pause: () => void
  readonly resume: () => void
  /** The schema registry is away, and a record can't be read without its schema. */
  readonly onWaiting: () => void
  /** Committed with the next batch. Harmless if the partition was just taken away. */
  readonly onCommitFailed: (error: unknown) => void
  /** The lane can't go on: a bug. */
  readonly onBroken: (error: unknown) => void
  readonly beginTraces?: BeginTraces | undefined
}

/**
 * One assigned partition: gathers rows, writes one batch after the other, and commits after each.
 * What is read while a batch is being written belongs to the next one, so a batch is never changed.
 * Its patient rows may be written later than the others, with those of the batches after it; so
 * much later is its position committed.
 */
export class PartitionLane<Value, Table extends string> {
  readonly #options: LaneOptions<Value, Table>
  readonly #closing = new AbortController()
  #state: LaneState = 'gathering'
  #rows: SinkPartition<Value, Table> | undefined
  #open: PendingBatch<Value, Table> | undefined
  /** Batches before it of which the patient rows are left, or also the others on their way. */
  #left: PendingBatch<Value, Table>[] = []
  /** The batch on its way. */
  #writing: Promise<void> | undefined
  /** Takes back what waits for a departure. */
  #stayBehind: (() => void) | undefined
  /** Where what was taken ends. */
  #position: number | undefined

  constructor(options: LaneOptions<Value, Table>) {
    this.#options = options
  }

  /** Takes nothing of the batch before all of it is read: a batch on its way never grows. */
  async add(batch: RecordBatch, context: BatchContext): Promise<void> {
    if (!this.#takes || context.isStale()) return
    const results: (ReadResult<Value> | undefined)[] = []
    for (const { value } of batch.records) {
      const result =
        value === null
          ? undefined
          : (this.#options.reader.read(value) ?? (await this.#lookUp(value, context)))
      if (!this.#takes || context.isStale()) return
      results.push(result)
    }
    this.#moveTo(batch)
    const open = this.#open ?? new PendingBatch(this.#openRows(batch), batch.nextOffset)
    this.#open = open
    batch.records.forEach((record, index) => {
      const result = results[index]
      // A tombstone only says that the state was forgotten; the row stays.
      if (record.value === null || result === undefined) return
      const source = toSource(record, record.value)
      if (result.kind === 'rejected') open.reject(result.error, source)
      else open.add(result.record, source)
    })
    open.nextOffset = batch.nextOffset
    const traces = this.#options.beginTraces?.(batch)
    if (traces !== undefined) open.traces.push(traces)
    this.#schedule()
  }

  /** Called when an insert failed: what is buffered waits, so no more is read. */
  hold(): void {
    this.#move('stall')
  }

  /** Takes no more; resolves once what is buffered is written, or the lane is closed. */
  async drain(): Promise<void> {
    this.#move('drain')
    while (this.#hasSome || this.#writing !== undefined) {
      this.#start('all')
      await this.#writing
    }
  }

  /** Drops what is buffered and commits nothing more. */
  close(): void {
    this.#waitNoMore()
    const reason = new Error('the partition was given back')
    for (const batch of this.#left) endTraces(batch, reason)
    if (this.#open !== undefined) endTraces(this.#open, reason)
    this.#open = undefined
    this.#left = []
    this.#move('close')
    this.#closing.abort(reason)
  }

  get #takes(): boolean {
    return laneStates[this.#state].takes
  }

  #move(event: LaneEvent): void {
    const before = laneStates[this.#state]
    this.#state = before.on[event]
    const { isPaused } = laneStates[this.#state]
    if (isPaused === before.isPaused) return
    if (isPaused) this.#options.pause()
    else this.#options.resume()
  }

  #openRows({ fetchedOffset }: RecordBatch): SinkPartition<Value, Table> {
    const { topic, partition, sink } = this.#options
    this.#rows ??= sink.openPartition({ topic, partition, isFromStart: fetchedOffset === 0 })
    return this.#rows
  }

  /** Throws when records between what was taken and the batch are missing. */
  #moveTo({ fetchedOffset, nextOffset }: RecordBatch): void {
    const { topic, partition } = this.#options
    const expected = this.#position ?? fetchedOffset
    if (fetchedOffset !== expected) {
      throw new Error(`${topic}-${partition} goes on at ${fetchedOffset} instead of ${expected}`)
    }
    this.#position = nextOffset
  }

  /** Undefined when the partition was taken away before the schema was found. */
  async #lookUp(value: Uint8Array, context: BatchContext): Promise<ReadResult<Value> | undefined> {
    const { reader, onWaiting } = this.#options
    const failed = await reader.prepare(value, context, onWaiting)
    return failed ?? (context.isStale() ? undefined : reader.read(value))
  }

  get #hasSome(): boolean {
    return this.#open !== undefined || this.#left.length > 0
  }

  #schedule(): void {
    const open = this.#open
    const batches = open === undefined ? this.#left : [...this.#left, open]
    const [oldest] = batches
    if (oldest === undefined) return
    const { starts } = laneStates[this.#state]
    if (isFull(batches, this.#options.limits)) {
      if (starts) this.#start('all')
      else this.hold()
      return
    }
    if (!starts) return
    this.#waitNoMore()
    this.#stayBehind = this.#options.departures.join({
      sinceMs: oldest.begunMs,
      promptSinceMs: open?.hasRows((table) => this.#isPrompt(table)) ? open.begunMs : undefined,
      go: (departing) => this.#start(departing),
    })
  }

  #isPrompt(table: Table): boolean {
    return this.#options.isPatient?.(table) !== true
  }

  #waitNoMore(): void {
    this.#stayBehind?.()
    this.#stayBehind = undefined
  }

  #start(departing: Departing): void {
    this.#waitNoMore()
    if (!this.#hasSome || !laneStates[this.#state].starts) return
    const batches = this.#open === undefined ? this.#left : [...this.#left, this.#open]
    this.#open = undefined
    this.#left = departing === 'all' ? [] : batches
    this.#move('start')
    this.#writing = this.#write(batches, departing)
      .catch((error: unknown) => {
        for (const batch of batches) endTraces(batch, error)
        this.#break(error)
      })
      .finally(() => {
        this.#writing = undefined
        this.#move('written')
        this.#schedule()
      })
  }

  async #write(
    batches: readonly PendingBatch<Value, Table>[],
    departing: Departing,
  ): Promise<void> {
    const { writer } = this.#options
    const { signal } = this.#closing
    const isWanted = (table: Table): boolean => departing === 'all' || this.#isPrompt(table)
    await Promise.all(batches.map((batch) => writer.write(batch, signal, isWanted)))
    signal.throwIfAborted()
    if (batches.some(({ rowCount }) => rowCount > 0)) return
    this.#left = []
    await this.#commit(batches)
    for (const batch of batches) batch.free()
  }

  async #commit(batches: readonly PendingBatch<Value, Table>[]): Promise<void> {
    const { topic, partition, commit, onCommitFailed } = this.#options
    for (const batch of batches) endTraces(batch)
    const last = batches.at(-1)
    if (last === undefined) return
    try {
      await commit({ topic, partition, offset: last.nextOffset })
    } catch (error) {
      onCommitFailed(error)
      // The rows are there; only the position has to be committed again.
      if (this.#takes) this.#open ??= last.emptied()
    }
  }

  /** A batch after one that is not written would commit past it. */
  #break(error: unknown): void {
    if (this.#closing.signal.aborted) return
    this.close()
    this.#options.onBroken(error)
  }
}

/** Those that have not ended yet. */
function endTraces({ traces }: { readonly traces: RecordTraces[] }, error?: unknown): void {
  for (const batch of traces.splice(0)) batch.end(error)
}
