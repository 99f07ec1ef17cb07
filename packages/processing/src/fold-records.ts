import { RECEIVED_AT_HEADER } from '@wabastream/contracts'
import { type StateStore } from './ports.ts'
import { type KafkaRecord, type OutgoingRecord } from './record.ts'
import { type StatefulProcessor } from './stateful-processor.ts'

export interface FoldOptions<Event, State> {
  readonly processor: StatefulProcessor<Event, State>
  readonly store: StateStore
  /** State that nothing has touched for so long counts as absent. */
  readonly expiryMs: number
  /** Greatest receivedAt before these records. */
  readonly streamTimeMs: number
}

/** What a run of records amounts to; nothing of it is applied yet. */
export interface FoldedRecords {
  readonly changes: Map<string, Uint8Array | null>
  /** The changes, for the changelog; in the order in which their keys were met. */
  readonly changelog: OutgoingRecord[]
  readonly forwards: ReadonlyMap<string, readonly OutgoingRecord[]>
  readonly notes: ReadonlyMap<string, number>
  readonly streamTimeMs: number
  /** Those that the processor had no business with are not counted. */
  readonly eventCount: number
  /** receivedAt of some of the events, evenly chosen. */
  readonly receivedAtSamples: readonly number[]
}

interface Slot<State> {
  readonly stored: State | undefined
  state: State | undefined
}

const SAMPLE_EVERY = 16

/** Folds records in order, over the store and an overlay of what they changed; writes nothing. */
export function foldRecords<Event, State>(
  records: readonly KafkaRecord[],
  options: FoldOptions<Event, State>,
): FoldedRecords {
  const fold = new Fold(options)
  for (const record of records) {
    const event = options.processor.decode(record)
    if (event !== undefined) fold.add(event)
  }
  return fold.finish()
}

class Fold<Event, State> {
  readonly #options: FoldOptions<Event, State>
  readonly #overlay = new Map<string, Slot<State>>()
  readonly #forwards = new Map<string, OutgoingRecord[]>()
  readonly #notes = new Map<string, number>()
  readonly #receivedAtSamples: number[] = []
  #streamTimeMs: number
  #eventCount = 0

  constructor(options: FoldOptions<Event, State>) {
    this.#options = options
    this.#streamTimeMs = options.streamTimeMs
  }

  add(event: Event): void {
    const { processor } = this.#options
    const receivedAt = processor.receivedAtOf(event)
    if (receivedAt > this.#streamTimeMs) this.#streamTimeMs = receivedAt
    if (this.#eventCount % SAMPLE_EVERY === 0) this.#receivedAtSamples.push(receivedAt)
    this.#eventCount += 1
    const key = processor.keyOf(event)
    const slot = this.#slotOf(key)
    const { state, forwards, notes } = processor.process(event, this.#unexpired(slot.state), key)
    slot.state = state
    for (const { topic, record } of forwards) this.#forward(topic, record)
    for (const note of notes) this.#notes.set(note, (this.#notes.get(note) ?? 0) + 1)
  }

  finish(): FoldedRecords {
    const { processor } = this.#options
    const changes = new Map<string, Uint8Array | null>()
    const changelog: OutgoingRecord[] = []
    for (const [key, { state, stored }] of this.#overlay) {
      if (state === undefined || state === stored) continue
      const value = processor.encodeState(state)
      changes.set(key, value)
      changelog.push(toChangelogRecord(key, value, processor.lastReceivedAtOf(state)))
    }
    return {
      changes, changelog, forwards: this.#forwards, notes: this.#notes,
      streamTimeMs: this.#streamTimeMs, eventCount: this.#eventCount,
      receivedAtSamples: this.#receivedAtSamples,
    }
  }

  #slotOf(key: string): Slot<State> {
    const known = this.#overlay.get(key)
    if (known !== undefined) return known
    const bytes = this.#options.store.get(key)
    const stored = bytes === undefined ? undefined : this.#options.processor.decodeState(bytes)
    const slot = { stored, state: stored }
    this.#overlay.set(key, slot)
    return slot
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

/** The header lets a restore find the stream time again: nothing that counts towards it is lost. */
export function toChangelogRecord(
  key: string,
  value: Uint8Array | null,
  lastReceivedAtMs: number,
): OutgoingRecord {
  return {
    key, value, timestampMs: lastReceivedAtMs,
    headers: { [RECEIVED_AT_HEADER]: String(lastReceivedAtMs) },
  }
}
