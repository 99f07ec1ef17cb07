import { receivedAtHeader, TRACEPARENT_HEADER } from '@wabastream/contracts'
import { type StateStore } from '../ports/ports.ts'
import { toError } from '../ports/processing-error.ts'
import { type KafkaRecord, type OutgoingRecord } from '../ports/record.ts'
import { type RejectedRecord, toSource } from '../ports/rejected-record.ts'
import { type StatefulProcessor } from './stateful-processor.ts'
import { type StatefulSerde } from './stateful-serde.ts'
import { UnpreparedValue } from './unprepared-value.ts'

export interface FoldOptions<Event, State> {
  readonly serde: StatefulSerde<Event, State>
  readonly processor: StatefulProcessor<Event, State>
  readonly store: StateStore
  /** State counts as absent for an event received later than this after the state's last one. */
  readonly expiryMs: number
  readonly traceparentOf?: ((record: KafkaRecord) => string | undefined) | undefined
}

/** What a run of records amounts to; nothing of it is applied yet. */
export interface FoldedRecords {
  readonly changes: Map<string, Uint8Array | null>
  /**
   * The changes, and states that expired on the way; the last entry of each key is its final state.
   */
  readonly changelog: OutgoingRecord[]
  readonly forwards: ReadonlyMap<string, readonly OutgoingRecord[]>
  readonly notes: ReadonlyMap<string, number>
  /** Greatest receivedAt of each source that was seen. */
  readonly reached: ReadonlyMap<number, number>
  readonly eventCount: number
  readonly rejected: readonly RejectedRecord[]
  /** receivedAt of some of the events, evenly chosen. */
  readonly receivedAtSamples: readonly number[]
}

interface Slot<State> {
  readonly stored: State | undefined
  state: State | undefined
  /** Of the last traced event that went into the state. */
  traceparent: string | undefined
}

const SAMPLE_EVERY = 16
const NO_BYTES = new Uint8Array()

/**
 * Folds records in order, over the store and an overlay of what they changed; writes nothing.
 * Throws UnpreparedValue for state that can't be read yet: prepare it, and fold again.
 */
export function foldRecords<Event, State>(
  records: readonly KafkaRecord[],
  options: FoldOptions<Event, State>,
): FoldedRecords {
  const fold = new Fold(options)
  // Each record goes from bytes to state before the next: long-lived events cost garbage
  // collections.
  for (const record of records) fold.add(record)
  return fold.finish()
}

class Fold<Event, State> {
  readonly #options: FoldOptions<Event, State>
  readonly #overlay = new Map<string, Slot<State>>()
  readonly #changelog: OutgoingRecord[] = []
  readonly #forwards = new Map<string, OutgoingRecord[]>()
  readonly #notes = new Map<string, number>()
  readonly #receivedAtSamples: number[] = []
  readonly #rejected: RejectedRecord[] = []
  readonly #reached = new Map<number, number>()
  #eventCount = 0

  constructor(options: FoldOptions<Event, State>) {
    this.#options = options
  }

  add(record: KafkaRecord): void {
    const event = this.#decode(record)
    if (event !== undefined) this.#fold(event, record)
  }

  finish(): FoldedRecords {
    const changes = new Map<string, Uint8Array | null>()
    for (const [key, slot] of this.#overlay) {
      const value = this.#write(key, slot)
      if (value !== undefined) changes.set(key, value)
    }
    return {
      changes,
      changelog: this.#changelog,
      forwards: this.#forwards,
      notes: this.#notes,
      reached: this.#reached,
      eventCount: this.#eventCount,
      rejected: this.#rejected,
      receivedAtSamples: this.#receivedAtSamples,
    }
  }

  #fold(event: Event, record: KafkaRecord): void {
    const { processor, traceparentOf } = this.#options
    const traceparent = traceparentOf?.(record)
    const receivedAt = processor.receivedAtOf(event)
    this.#reach(processor.sourceOf(event), receivedAt)
    if (this.#eventCount % SAMPLE_EVERY === 0) this.#receivedAtSamples.push(receivedAt)
    this.#eventCount += 1
    const key = processor.keyOf(event, record.keyText())
    const slot = this.#slotOf(key)
    const isExpired = this.#isExpired(slot.state, receivedAt)
    // Readers of the changelog need its final form, although nothing continues from it.
    if (isExpired) this.#write(key, slot)
    const { state, forwards, notes } = isExpired
      ? processor.process(event, undefined, key, slot.state)
      : processor.process(event, slot.state, key)
    slot.state = state
    if (traceparent !== undefined) slot.traceparent = traceparent
    for (const forward of forwards) {
      this.#forward(forward.topic, withTraceparent(forward.record, traceparent))
    }
    for (const note of notes) this.#notes.set(note, (this.#notes.get(note) ?? 0) + 1)
  }

  /** Goes to the changelog; undefined if there is nothing new to write. */
  #write(key: string, { state, stored, traceparent }: Slot<State>): Uint8Array | undefined {
    if (state === undefined || state === stored) return undefined
    const { processor, serde } = this.#options
    const value = serde.encodeState(state)
    const record = toChangelogRecord(key, value, processor.lastReceivedAtOf(state))
    this.#changelog.push(withTraceparent(record, traceparent))
    return value
  }

  #decode(record: KafkaRecord): Event | undefined {
    try {
      return this.#options.serde.decode(record)
    } catch (error) {
      this.#rejected.push({
        reason: 'schema_rejected',
        detail: toError(error).message,
        source: toSource(record, record.value ?? NO_BYTES),
      })
      return undefined
    }
  }

  #slotOf(key: string): Slot<State> {
    const known = this.#overlay.get(key)
    if (known !== undefined) return known
    const stored = this.#read(key)
    const slot = { stored, state: stored, traceparent: undefined }
    this.#overlay.set(key, slot)
    return slot
  }

  #read(key: string): State | undefined {
    const { store, serde } = this.#options
    const bytes = store.get(key)
    if (bytes === undefined) return undefined
    if (!serde.isPrepared(bytes)) throw new UnpreparedValue(bytes)
    return serde.decodeState(bytes)
  }

  /** Only the two times count: no other record, no clock and no order of reading plays a part. */
  #isExpired(state: State | undefined, receivedAt: number): boolean {
    if (state === undefined) return false
    const { expiryMs, processor } = this.#options
    return receivedAt > processor.lastReceivedAtOf(state) + expiryMs
  }

  #reach(source: number, receivedAt: number): void {
    const before = this.#reached.get(source)
    if (before === undefined || receivedAt > before) this.#reached.set(source, receivedAt)
  }

  #forward(topic: string, record: OutgoingRecord): void {
    const records = this.#forwards.get(topic)
    if (records === undefined) this.#forwards.set(topic, [record])
    else records.push(record)
  }
}

function withTraceparent(record: OutgoingRecord, traceparent: string | undefined): OutgoingRecord {
  if (traceparent === undefined) return record
  return { ...record, headers: { ...record.headers, [TRACEPARENT_HEADER]: traceparent } }
}

/**
 * The record's own time is that of its writing, because retention counts by it: a replay must not
 * write what is already over age. The header says how old it is.
 */
export function toChangelogRecord(
  key: string,
  value: Uint8Array | null,
  receivedAtMs: number,
): OutgoingRecord {
  return { key, value, headers: receivedAtHeader(receivedAtMs) }
}
