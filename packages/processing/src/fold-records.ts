import { RECEIVED_AT_HEADER, TRACEPARENT_HEADER } from '@wabastream/contracts'
import { type StateStore } from './ports.ts'
import { toError } from './processing-error.ts'
import { type KafkaRecord, type OutgoingRecord } from './record.ts'
import { type RejectedRecord, type StatefulProcessor } from './stateful-processor.ts'
import { UnpreparedValue } from './unprepared-value.ts'

export interface FoldOptions<Event, State> {
  readonly processor: StatefulProcessor<Event, State>
  readonly store: StateStore
  /** State that nothing has touched for so long counts as absent. */
  readonly expiryMs: number
  /** Greatest receivedAt before these records. */
  readonly streamTimeMs: number
  readonly traceparentOf?: ((record: KafkaRecord) => string | undefined) | undefined
}

/** What a run of records amounts to; nothing of it is applied yet. */
export interface FoldedRecords {
  readonly changes: Map<string, Uint8Array | null>
  /** The changes, for the changelog; in the order in which their keys were met. */
  readonly changelog: OutgoingRecord[]
  readonly forwards: ReadonlyMap<string, readonly OutgoingRecord[]>
  readonly notes: ReadonlyMap<string, number>
  readonly streamTimeMs: number
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

/**
 * Folds records in order, over the store and an overlay of what they changed; writes nothing.
 * Throws UnpreparedValue for state that can't be read yet: to be prepared, and folded again.
 */
export function foldRecords<Event, State>(
  records: readonly KafkaRecord[],
  options: FoldOptions<Event, State>,
): FoldedRecords {
  const fold = new Fold(options)
  // Each from its bytes to the state before the next: events that live long cost collections.
  for (const record of records) fold.add(record)
  return fold.finish()
}

class Fold<Event, State> {
  readonly #options: FoldOptions<Event, State>
  readonly #overlay = new Map<string, Slot<State>>()
  readonly #forwards = new Map<string, OutgoingRecord[]>()
  readonly #notes = new Map<string, number>()
  readonly #receivedAtSamples: number[] = []
  readonly #rejected: RejectedRecord[] = []
  #streamTimeMs: number
  #eventCount = 0

  constructor(options: FoldOptions<Event, State>) {
    this.#options = options
    this.#streamTimeMs = options.streamTimeMs
  }

  add(record: KafkaRecord): void {
    const event = this.#decode(record)
    if (event !== undefined) this.#fold(event, this.#options.traceparentOf?.(record))
  }

  finish(): FoldedRecords {
    const { processor } = this.#options
    const changes = new Map<string, Uint8Array | null>()
    const changelog: OutgoingRecord[] = []
    for (const [key, { state, stored, traceparent }] of this.#overlay) {
      if (state === undefined || state === stored) continue
      const value = processor.encodeState(state)
      changes.set(key, value)
      const record = toChangelogRecord(key, value, processor.lastReceivedAtOf(state))
      changelog.push(withTraceparent(record, traceparent))
    }
    return {
      changes, changelog, forwards: this.#forwards, notes: this.#notes,
      streamTimeMs: this.#streamTimeMs, eventCount: this.#eventCount, rejected: this.#rejected,
      receivedAtSamples: this.#receivedAtSamples,
    }
  }

  #fold(event: Event, traceparent: string | undefined): void {
    const { processor } = this.#options
    const receivedAt = processor.receivedAtOf(event)
    if (receivedAt > this.#streamTimeMs) this.#streamTimeMs = receivedAt
    if (this.#eventCount % SAMPLE_EVERY === 0) this.#receivedAtSamples.push(receivedAt)
    this.#eventCount += 1
    const key = processor.keyOf(event)
    const slot = this.#slotOf(key)
    const { state, forwards, notes } = processor.process(event, this.#unexpired(slot.state), key)
    slot.state = state
    if (traceparent !== undefined) slot.traceparent = traceparent
    for (const { topic, record } of forwards) {
      this.#forward(topic, withTraceparent(record, traceparent))
    }
    for (const note of notes) this.#notes.set(note, (this.#notes.get(note) ?? 0) + 1)
  }

  #decode(record: KafkaRecord): Event | undefined {
    try {
      return this.#options.processor.decode(record)
    } catch (error) {
      this.#rejected.push({ record, error: toError(error) })
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
    const { store, processor } = this.#options
    const bytes = store.get(key)
    if (bytes === undefined) return undefined
    if (!processor.isPrepared(bytes)) throw new UnpreparedValue(bytes)
    return processor.decodeState(bytes)
  }

  /** By stream time, not by a clock: read again, the log gives the same. */
  #unexpired(state: State | undefined): State | undefined {
    if (state === undefined) return undefined
    const { expiryMs, processor } = this.#options
    return processor.lastReceivedAtOf(state) < this.#streamTimeMs - expiryMs ? undefined : state
  }

  #forward(topic: string, record: OutgoingRecord): void {
    const records = this.#forwards.get(topic)
    if (records === undefined) this.#forwards.set(topic, [record])
    else records.push(record)
  }
}

function withTraceparent(
  record: OutgoingRecord,
  traceparent: string | undefined,
): OutgoingRecord {
  if (traceparent === undefined) return record
  return { ...record, headers: { ...record.headers, [TRACEPARENT_HEADER]: traceparent } }
}

/**
 * The header lets a restore find the stream time again: nothing that counts towards it is lost. The
 * record's own time is that of its writing, for retention counts by it: a replay must not write
 * what is already over age.
 */
export function toChangelogRecord(
  key: string,
  value: Uint8Array | null,
  lastReceivedAtMs: number,
): OutgoingRecord {
  return { key, value, headers: { [RECEIVED_AT_HEADER]: String(lastReceivedAtMs) } }
}
