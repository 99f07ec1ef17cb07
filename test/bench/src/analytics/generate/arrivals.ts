import { type EventEnvelope, type MessageTimeline, type WhatsAppEvent } from '@wabastream/contracts'
import { type BusinessNumber } from './business.ts'
import { type Dice } from './dice.ts'
import { receiptId } from './ids.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const RAW_PARTITIONS = 6
const LATE_MS_MAX = 2 * HOUR_MS

/** What is known of one message (and participant), as its events are read. */
export interface Thread {
  timeline: MessageTimeline | undefined
  readonly partition: number
}

/** An event with the place where it comes in, which is known only once all before it have. */
export interface Arrival {
  readonly event: WhatsAppEvent
  readonly envelope: { -readonly [Field in keyof EventEnvelope]: EventEnvelope[Field] }
  /** Undefined where the event is about no message. */
  readonly thread: Thread | undefined
}

export interface Shares {
  /** Events that the provider sends again. */
  readonly repeated: number
  /** Events that come seconds to minutes late. */
  readonly late: number
  /** Events that come weeks to months late. */
  readonly veryLate: number
}

export interface Fact {
  readonly number: BusinessNumber
  /** When it happened. */
  readonly atMs: number
  /** When the provider reports it, if not at once. */
  readonly reportedMs?: number
  readonly thread?: Thread
  readonly build: (envelope: EventEnvelope) => WhatsAppEvent
}

/**
 * Events by the hour in which they come in. Holds those of hours that are not taken yet: what is
 * told at one time may come in long after it.
 */
export class Arrivals {
  readonly #dice: Dice
  readonly #startMs: number
  readonly #endMs: number
  readonly #shares: Shares
  readonly #hours = new Map<number, Arrival[]>()
  readonly #offsets = Array.from({ length: RAW_PARTITIONS }, () => 0)
  #threads = 0

  constructor(options: {
    readonly dice: Dice
    readonly startMs: number
    /** What comes in from then on has not come yet. */
    readonly endMs: number
    readonly shares: Shares
  }) {
    this.#dice = options.dice
    this.#startMs = options.startMs
    this.#endMs = options.endMs
    this.#shares = options.shares
  }

  /** Messages, and participants of them, that were begun. */
  get threads(): number {
    return this.#threads
  }

  beginThread(): Thread {
    this.#threads += 1
    return { timeline: undefined, partition: this.#dice.int(0, RAW_PARTITIONS - 1) }
  }

  tell(fact: Fact): void {
    const dice = this.#dice
    const { late, repeated, veryLate } = this.#shares
    const reportedMs = fact.reportedMs ?? fact.atMs
    let receivedAt = Math.floor(reportedMs + 200 + 1_500 * dice.next())
    if (dice.chance(late)) receivedAt += Math.min(LATE_MS_MAX, dice.logNormal(45_000, 1.3))
    if (dice.chance(veryLate)) receivedAt += dice.int(15 * DAY_MS, 100 * DAY_MS)
    const eventId = dice.hex(32)
    this.#add(fact, eventId, receivedAt)
    if (dice.chance(repeated)) this.#add(fact, eventId, receivedAt + dice.logNormal(20_000, 1.2))
  }

  /** The events of an hour since the start, in order, with their places. Once for each hour. */
  take(hour: number): readonly Arrival[] {
    const arrivals = this.#hours.get(hour) ?? []
    this.#hours.delete(hour)
    arrivals.sort((one, other) => one.envelope.receivedAt - other.envelope.receivedAt)
    for (const { envelope } of arrivals) {
      const offset = this.#offsets[envelope.rawPartition] ?? 0
      envelope.rawOffset = offset
      this.#offsets[envelope.rawPartition] = offset + 1
    }
    return arrivals
  }

  #add({ number, atMs, build, thread }: Fact, eventId: string, receivedAt: number): void {
    if (receivedAt >= this.#endMs) return
    const envelope = {
      eventId,
      number: number.number,
      channel: number.channel,
      receiptId: receiptId(this.#dice, receivedAt),
      receivedAt,
      rawPartition: this.#dice.int(0, RAW_PARTITIONS - 1),
      rawOffset: 0,
      itemIndex: 0,
      providerTime: Math.floor(atMs / 1_000) * 1_000,
      timeProblem: null,
      accountId: number.accountId,
      displayNumber: number.displayNumber,
    }
    const hour = Math.floor((receivedAt - this.#startMs) / HOUR_MS)
    const arrivals = this.#hours.get(hour)
    const arrival = { event: build(envelope), envelope, thread }
    if (arrivals === undefined) this.#hours.set(hour, [arrival])
    else arrivals.push(arrival)
  }
}
