import { type Ledger, type Settlement } from '../ledger/ledger.ts'
import { type OutgoingWebhook } from '../sending/request-headers.ts'

/** A webhook on its way to a destination. */
export interface Delivery {
  readonly lane: Lane
  readonly offset: number
  /** When it was received (ms since 1970). */
  readonly receivedAt: number
  readonly channel: string | null
  readonly webhook: OutgoingWebhook
  /** That it waits for, if order matters. */
  readonly numbers: readonly string[]
  /** When it was read, by the clock of the dispatcher. */
  readonly readAtMs: number
  tries: number
  /** Answers with 4xx. */
  refusals: number
  /** Failures since which the destination has accepted others. */
  failures: number
  /** How many others it had accepted at the last failure. */
  acceptedBefore: number
}

/** An offset that is settled without being sent, once that is possible. */
interface Skipped {
  readonly offset: number
  readonly settlement: Settlement
}

/** A partition of the raw topic as one destination reads it, from its assignment to its end. */
export class Lane {
  readonly partition: number
  readonly ledger: Ledger
  isClosed = false
  readonly #waiting: (Delivery | Skipped)[] = []
  #waitingBytes = 0
  /** When those were received that were read and are pending, in the order of their offsets. */
  readonly #pending = new Map<number, number>()
  #committed = -1
  #changes = 0

  constructor(partition: number, ledger: Ledger) {
    this.partition = partition
    this.ledger = ledger
  }

  /** Bytes of bodies that wait for their first try. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  get waitingCount(): number {
    return this.#waiting.length
  }

  /** When the first pending one of those read was received; undefined if there is none. */
  oldestReceivedAt(): number | undefined {
    return this.#pending.values().next().value
  }

  /** Records before the end that are not settled; none if it is unknown. */
  pendingBefore(endOffset: number | undefined): number {
    const { ahead, low } = this.ledger
    return Math.max(0, (endOffset ?? low) - low - ahead)
  }

  add(delivery: Delivery): void {
    this.#waiting.push(delivery)
    this.#waitingBytes += delivery.webhook.body.length
    this.#pending.set(delivery.offset, delivery.receivedAt)
  }

  /** An offset that nothing is sent for. */
  skip(offset: number, settlement: Settlement): void {
    this.#waiting.push({ offset, settlement })
    this.first()
  }

  /** The next one, if it may be settled now; it stays. */
  first(): Delivery | undefined {
    for (;;) {
      const [next] = this.#waiting
      if (next === undefined || !this.ledger.isWithin(next.offset)) return undefined
      if (!('settlement' in next)) return next
      this.#waiting.shift()
      this.settle(next.offset, next.settlement)
    }
  }

  /** The one that `first` says. */
  take(): Delivery | undefined {
    const delivery = this.first()
    if (delivery === undefined) return undefined
    this.#waiting.shift()
    this.#waitingBytes -= delivery.webhook.body.length
    return delivery
  }

  settle(offset: number, settlement: Settlement): void {
    this.#pending.delete(offset)
    this.ledger.settle(offset, settlement)
    this.#changes += 1
  }

  /** The position to commit, and what to call once it is; undefined if nothing has changed. */
  uncommitted() {
    if (this.#changes === this.#committed || this.isClosed) return undefined
    const changes = this.#changes
    return {
      position: this.ledger.position(),
      done: () => {
        this.#committed = changes
      },
    }
  }

  close(): void {
    this.isClosed = true
    this.#waiting.length = 0
    this.#waitingBytes = 0
    this.#pending.clear()
  }
}
