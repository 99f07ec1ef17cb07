import { type Destination } from '../destinations/destination.ts'
import { type Ledger, type Settlement } from '../ledger/ledger.ts'
import { type Answer } from '../sending/answer.ts'
import { backoffMs } from '../sending/backoff.ts'
import { type Poster } from '../sending/poster.ts'
import { type Delivery, Lane } from './lane.ts'
import { DestinationHealth } from './destination-health.ts'
import { nextInTime } from './next-in-time.ts'
import { NumberOrder } from './number-order.ts'
import { RateLimit } from './rate-limit.ts'

/** What a destination finally did not accept. */
export interface GivenUp {
  readonly delivery: Delivery
  readonly reason: 'forward_refused' | 'forward_failed'
  readonly answer: Answer
}

export interface DispatchObserver {
  answered(answer: Answer, durationMs: number): void
  settled(settlement: Settlement, receivedAt: number): void
}

export interface DispatcherOptions {
  readonly destination: Pick<
    Destination,
    'failedAfter' | 'order' | 'parallel' | 'ratePerSecond' | 'refusedAfter'
  >
  readonly poster: Pick<Poster, 'post'>
  /** Marks what is sent again on purpose; null for the first time. */
  readonly replay: string | null
  /** Makes a dead letter; resolves once it is durable, and rejects only if that can never be. */
  readonly giveUp: (given: GivenUp) => Promise<void>
  readonly observer: DispatchObserver
  /** The partition has records that were not read yet. */
  readonly isBehind: (partition: number) => boolean
  /** Every partition with something to send has a lane. Asked only where order matters. */
  readonly isComplete: () => boolean
  /** A lane has room again, or something of it was settled. */
  readonly onMoved: (lane: Lane) => void
  readonly onBroken: (error: unknown) => void
  /** Milliseconds, of any origin. */
  readonly now: () => number
  readonly random: () => number
}

/** Numbers that have to wait must not keep all others from being admitted. */
const ADMITTED_MAX = 4_096
/** What is tried again while nothing else can be begun is not put off for long. */
const CROWDED_RETRY_MS_MAX = 5_000

/**
 * Sends the webhooks of one destination, so many at once as it allows, until each is settled: it is
 * acknowledged, or a dead letter. What fails is sent again, later each time, while others go on.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #health: DestinationHealth
  readonly #rate: RateLimit
  readonly #order: NumberOrder | undefined
  readonly #lanes: Lane[] = []
  /** To be sent again, or freed by the one before. */
  readonly #ready: Delivery[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #wake: NodeJS.Timeout | undefined
  #inFlight = 0
  #turn = 0
  #isHeld = false
  #isFinished = false
  #idle = Promise.withResolvers<void>()

  constructor(options: DispatcherOptions) {
    const { destination, random } = options
    this.#options = options
    this.#health = new DestinationHealth(random)
    this.#rate = new RateLimit(destination.ratePerSecond)
    this.#order = destination.order === 'per_number' ? new NumberOrder() : undefined
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** It has failed several times in a row. */
  get isAway(): boolean {
    return this.#health.isAway
  }

  /** Those of now: they take turns in the meantime. */
  lanes(): readonly Lane[] {
    return [...this.#lanes]
  }

  open(partition: number, ledger: Ledger): Lane {
    const lane = new Lane(partition, ledger)
    this.#lanes.push(lane)
    return lane
  }

  /** Forgets what was read of it. What is under way has no effect on it any more. */
  close(lane: Lane): void {
    lane.close()
    const index = this.#lanes.indexOf(lane)
    if (index >= 0) this.#lanes.splice(index, 1)
    this.#ready.push(...(this.#order?.drop((delivery) => delivery.lane === lane) ?? []))
    this.pump()
  }

  /** Starts nothing while it is held. */
  hold(isHeld: boolean): void {
    if (isHeld && !this.#isHeld) this.#health.forget()
    this.#isHeld = isHeld
    if (!isHeld) this.pump()
  }

  /** Starts nothing more; resolves once nothing is under way. */
  async finish(): Promise<void> {
    this.#isFinished = true
    clearTimeout(this.#wake)
    for (const timer of this.#timers) clearTimeout(timer)
    if (this.#inFlight > 0) await this.#idle.promise
  }

  /** Sends what may be sent now. Call it after lanes were given something. */
  pump(): void {
    const { destination, now } = this.#options
    if (this.#isHeld || this.#isFinished) return
    while (this.#inFlight < this.#health.limit(destination.parallel)) {
      const nowMs = now()
      const waitMs = Math.max(this.#health.waitMs(nowMs), this.#rate.waitMs(nowMs))
      if (waitMs > 0) {
        this.#wakeIn(waitMs)
        return
      }
      const delivery = this.#next(nowMs)
      if (delivery === undefined) return
      this.#rate.take(nowMs)
      void this.#send(delivery)
    }
  }

  /**
   * What is tried again and what is new take turns: a destination may only be unable to take the
   * former.
   */
  #next(nowMs: number): Delivery | undefined {
    this.#turn += 1
    const isNewFirst = this.#turn % 2 === 0
    const again = isNewFirst ? undefined : this.#nextReady()
    return again ?? this.#nextNew(nowMs) ?? this.#nextReady()
  }

  #nextReady(): Delivery | undefined {
    for (;;) {
      const delivery = this.#ready.shift()
      if (delivery === undefined || !delivery.lane.isClosed) return delivery
    }
  }

  #nextNew(nowMs: number): Delivery | undefined {
    const order = this.#order
    if (order === undefined) return this.#nextOfTurn()
    while (order.count < ADMITTED_MAX && this.#options.isComplete()) {
      const { delivery, waitMs } = nextInTime(this.#lanes, {
        nowMs,
        isBehind: ({ partition }) => this.#options.isBehind(partition),
      })
      if (waitMs !== undefined) this.#wakeIn(waitMs)
      if (delivery === undefined) return undefined
      this.#takeFrom(delivery.lane)
      if (order.admit(delivery)) return delivery
    }
    return undefined
  }

  /** Partitions take turns. */
  #nextOfTurn(): Delivery | undefined {
    for (let tried = 0; tried < this.#lanes.length; tried += 1) {
      const lane = this.#lanes.shift()
      if (lane === undefined) return undefined
      this.#lanes.push(lane)
      if (lane.first() !== undefined) return this.#takeFrom(lane)
    }
    return undefined
  }

  #takeFrom(lane: Lane): Delivery | undefined {
    const delivery = lane.take()
    this.#options.onMoved(lane)
    return delivery
  }

  async #send(delivery: Delivery): Promise<void> {
    const { now, observer, onBroken, poster, replay } = this.#options
    this.#inFlight += 1
    if (delivery.tries === 0) delivery.acceptedBefore = this.#health.accepted
    delivery.tries += 1
    const beganMs = now()
    try {
      const answer = await poster.post(delivery.webhook, replay)
      const durationMs = now() - beganMs
      await this.#conclude(delivery, answer, beganMs)
      observer.answered(answer, durationMs)
    } catch (error) {
      onBroken(error)
    } finally {
      this.#inFlight -= 1
      if (this.#inFlight === 0) {
        this.#idle.resolve()
        this.#idle = Promise.withResolvers()
      }
      this.pump()
    }
  }

  async #conclude(delivery: Delivery, answer: Answer, beganMs: number): Promise<void> {
    const { failedAfter, refusedAfter } = this.#options.destination
    if (answer.kind === 'acknowledged') {
      this.#health.hasAccepted()
      this.#settle(delivery, 'acknowledged')
    } else if (answer.kind === 'refused') {
      this.#health.hasAnswered()
      delivery.refusals += 1
      if (delivery.refusals < refusedAfter) this.#tryLater(delivery)
      else await this.#giveUp({ delivery, answer, reason: 'forward_refused' })
    } else {
      this.#noteFailure(delivery, answer, beganMs)
      if (delivery.failures < failedAfter) this.#tryLater(delivery)
      else await this.#giveUp({ delivery, answer, reason: 'forward_failed' })
    }
  }

  #noteFailure(delivery: Delivery, answer: Answer, beganMs: number): void {
    const { accepted } = this.#health
    const retryAfterMs = answer.kind === 'failed' ? answer.retryAfterMs : null
    const isFirstTry = delivery.tries === 1
    this.#health.hasFailed(this.#options.now(), { beganMs, retryAfterMs, isFirstTry })
    // While the destination accepts nothing at all, no webhook is to blame.
    const hasAcceptedOthers = accepted > delivery.acceptedBefore
    // It may hold up all others by now, so that none can be accepted since its last try.
    const isSuspect = delivery.failures > 0 && !this.#health.isAway
    if (hasAcceptedOthers || isSuspect) delivery.failures += 1
    delivery.acceptedBefore = accepted
  }

  async #giveUp(given: GivenUp): Promise<void> {
    if (given.delivery.lane.isClosed) return
    await this.#options.giveUp(given)
    this.#settle(given.delivery, 'refused')
  }

  #settle(delivery: Delivery, settlement: Settlement): void {
    const { lane, receivedAt } = delivery
    if (lane.isClosed) return
    lane.settle(delivery, settlement)
    this.#ready.push(...(this.#order?.done(delivery) ?? []))
    this.#options.observer.settled(settlement, receivedAt)
    this.#options.onMoved(lane)
  }

  /** While the destination is away, it is not this webhook's turn that matters. */
  #tryLater(delivery: Delivery): void {
    // A timer would only keep the process from ending.
    if (this.#isFinished) return
    if (this.#health.isAway && delivery.refusals === 0) {
      this.#ready.push(delivery)
      return
    }
    const maxMs = this.#isCrowded(delivery) ? CROWDED_RETRY_MS_MAX : undefined
    const waitMs = backoffMs(delivery.tries, this.#options.random(), maxMs)
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#ready.push(delivery)
      this.pump()
    }, waitMs)
    this.#timers.add(timer)
  }

  #isCrowded({ lane }: Delivery): boolean {
    return lane.isFull || (this.#order?.count ?? 0) >= ADMITTED_MAX
  }

  #wakeIn(waitMs: number): void {
    clearTimeout(this.#wake)
    this.#wake = setTimeout(() => this.pump(), Math.ceil(waitMs))
  }
}
