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
  /** Failures that it is to blame for. */
  failures: number
  /** How many others the destination had accepted at the last failure. */
  acceptedBefore: number
}

/** An offset that is settled without being sent, once those before it are taken. */
interface Skipped {
  readonly offset: number
  readonly settlement: Settlement
}

/** Bodies of webhooks that were tried and are not settled. */
const HELD_BYTES_MAX = 4_194_304

/** A partition of the raw topic as one destination reads it, from its assignment to its end. */
export class Lane {
  readonly partition: number
  readonly ledger: Ledger
  isClosed = false
  /** The first of them is a delivery. */
  readonly #waiting: (Delivery | Skipped)[] = []
  #waitingBytes = 0
  #heldBytes = 0
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

  /** True if so many are tried again that no other is begun. */
  get isFull(): boolean {
    return this.ledger.isFull || this.#heldBytes >= HELD_BYTES_MAX
  }

  /** When the first pending one of those read was received; undefined if there is none. */
  oldestReceivedAt(): number | undefined {
    return this.#pending.values().next().value
  }

  /** Records before the end that are not settled; without an end, those that are known. */
  pendingBefore(endOffset: number | undefined): number {
    return this.ledger.pendingBefore(endOffset ?? this.ledger.next)
  }

  add(delivery: Delivery): void {
    this.#waiting.push(delivery)
    this.#waitingBytes += delivery.webhook.body.length
    this.#pending.set(delivery.offset, delivery.receivedAt)
  }

  /** An offset that nothing is sent for. */
  skip(offset: number, settlement: Settlement): void {
    if (this.#waiting.length === 0) this.#settle(offset, settlement)
    else this.#waiting.push({ offset, settlement })
  }

  /** The next one, if it may be begun; it stays. */
  first(): Delivery | undefined {
    const [next] = this.#waiting
    if (next === undefined || 'settlement' in next) return undefined
    // One that was pending already takes no further place.
    return this.isFull && next.offset >= this.ledger.next ? undefined : next
  }

  /** The one that `first` says. What is only skipped after it is settled. */
  take(): Delivery | undefined {
    const delivery = this.first()
    if (delivery === undefined) return undefined
    this.#waiting.shift()
    this.#waitingBytes -= delivery.webhook.body.length
    this.#heldBytes += delivery.webhook.body.length
    this.ledger.take(delivery.offset)
    for (;;) {
      const [next] = this.#waiting
      if (next === undefined || !('settlement' in next)) return delivery
      this.#waiting.shift()
      this.#settle(next.offset, next.settlement)
    }
  }

  /** Ends a delivery that was taken. */
  settle({ offset, webhook }: Delivery, settlement: Settlement): void {
    this.#heldBytes -= webhook.body.length
    this.#settle(offset, settlement)
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

  #settle(offset: number, settlement: Settlement): void {
    this.#pending.delete(offset)
    this.ledger.settle(offset, settlement)
    this.#changes += 1
  }
}
