import { type Provider, ProviderError } from '@wabastream/provider'
import { type OpenMessage } from '../waiting/entry.ts'

/** What became of one request to a provider. */
export type MarkAnswer = 'accepted' | ProviderError['kind']

export interface NumberLaneOptions {
  readonly provider: Pick<Provider, 'markRead'>
  /** Messages in a second, at most. */
  readonly perSecond: number
  /** Requests under way, at most. */
  readonly parallel: number
  /** False for one that is done meanwhile, or too old. */
  readonly isWanted: (message: OpenMessage) => boolean
  readonly onAnswer: (answer: MarkAnswer, error: ProviderError | undefined) => void
  readonly onMarked: (message: OpenMessage, markedAt: number) => void
  /** The provider does not take it, and will not. */
  readonly onRefused: (message: OpenMessage, error: ProviderError, tries: number) => void
  readonly onBroken: (error: unknown) => void
  readonly now: () => number
  /** From 0 to 1. */
  readonly random: () => number
}

/** They are about the number or the provider, not about the message: all of them wait. */
const OF_THE_NUMBER: ReadonlySet<MarkAnswer> = new Set<MarkAnswer>([
  'key_invalid',
  'rate_limited',
  'unavailable',
  'answer_invalid',
])
/** One may be asked for before every server of the provider knows it. */
const NOT_FOUND_TRIES_MAX = 5
const BACKOFF_FIRST_MS = 500
const BACKOFF_MAX_MS = 60_000
/** One answer does not stop a number for longer: it can say it again. */
const RETRY_AFTER_MAX_MS = 600_000

interface Attempt {
  readonly message: OpenMessage
  readonly tries: number
}

interface Failed extends Attempt {
  readonly error: ProviderError
  /** How many failures there had been when it began. */
  readonly failuresBefore: number
}

/** Marks messages of one number, in the order in which they became due, within its limits. */
export class NumberLane {
  readonly #options: NumberLaneOptions
  #queue: Attempt[] = []
  readonly #closing = new AbortController()
  readonly #timers = new Set<NodeJS.Timeout>()
  #idle = Promise.withResolvers<void>()
  #active = 0
  #failures = 0
  #nextAtMs = 0
  #isHeld = true
  #isFinishing = false
  #isWoken = false

  constructor(options: NumberLaneOptions) {
    this.#options = options
  }

  /** 1 while the provider does not answer as it should. */
  get isAway(): boolean {
    return this.#failures > 0
  }

  /** Lets it begin: what is added before only waits. */
  open(): void {
    this.#isHeld = false
    this.#pump()
  }

  add(message: OpenMessage): void {
    this.#queue.push({ message, tries: 0 })
    this.#pump()
  }

  /** Drops what is not wanted any more: of a number that is away, nothing else takes it out. */
  forget(): void {
    this.#queue = this.#queue.filter(({ message }) => this.#options.isWanted(message))
  }

  /** Begins nothing more; resolves once what is under way has ended. */
  async finish(): Promise<void> {
    this.#isFinishing = true
    if (this.#active > 0) await this.#idle.promise
  }

  /** Gives up what is under way: another process goes on with it. */
  close(): void {
    this.#isFinishing = true
    this.#closing.abort(new Error('the number is given back'))
    for (const timer of this.#timers) clearTimeout(timer)
    this.#queue = []
  }

  #pump(): void {
    while (!this.#isHeld && !this.#isFinishing && this.#queue.length > 0) {
      // One request finds out whether a number that failed works again.
      if (this.#active >= (this.isAway ? 1 : this.#options.parallel)) return
      const waitMs = this.#nextAtMs - this.#options.now()
      if (waitMs > 0) {
        this.#wakeIn(waitMs)
        return
      }
      const attempt = this.#queue.shift()
      if (attempt === undefined || !this.#options.isWanted(attempt.message)) continue
      this.#nextAtMs =
        Math.max(this.#nextAtMs, this.#options.now()) + 1_000 / this.#options.perSecond
      void this.#try(attempt)
    }
  }

  async #try({ message, tries }: Attempt): Promise<void> {
    this.#active += 1
    const failuresBefore = this.#failures
    try {
      await this.#options.provider.markRead(message.messageId, this.#closing.signal)
      if (this.#closing.signal.aborted) return
      this.#failures = 0
      this.#options.onAnswer('accepted', undefined)
      this.#options.onMarked(message, Date.now())
    } catch (error) {
      if (this.#closing.signal.aborted) return
      if (!(error instanceof ProviderError)) this.#options.onBroken(error)
      else this.#failed({ message, tries: tries + 1, error, failuresBefore })
    } finally {
      this.#active -= 1
      if (this.#active === 0) {
        this.#idle.resolve()
        this.#idle = Promise.withResolvers()
      }
      this.#pump()
    }
  }

  #failed({ error, failuresBefore, ...attempt }: Failed): void {
    const { kind, retryAfterMs } = error
    this.#options.onAnswer(kind, error)
    if (OF_THE_NUMBER.has(kind)) {
      // Requests that were under way together say the same, so they count once.
      this.#failures = Math.max(this.#failures, failuresBefore + 1)
      const asked = Math.min(retryAfterMs ?? 0, RETRY_AFTER_MAX_MS)
      const waitMs = Math.max(asked, this.#backoffMs(this.#failures))
      this.#nextAtMs = Math.max(this.#nextAtMs, this.#options.now() + waitMs)
      this.#queue.unshift({ ...attempt, tries: attempt.tries - 1 })
      return
    }
    // It answered, so it is not away.
    this.#failures = 0
    if (kind === 'not_found' && attempt.tries < NOT_FOUND_TRIES_MAX) {
      this.#after(this.#backoffMs(attempt.tries), () => this.#queue.push(attempt))
      return
    }
    this.#options.onRefused(attempt.message, error, attempt.tries)
  }

  /** Twice as long each time, of which a random part is left out. */
  #backoffMs(failures: number): number {
    const whole = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures - 1, 20))
    return whole * (0.5 + this.#options.random() / 2)
  }

  #wakeIn(waitMs: number): void {
    if (this.#isWoken) return
    this.#isWoken = true
    this.#after(waitMs, () => {
      this.#isWoken = false
    })
  }

  #after(waitMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
      this.#pump()
    }, waitMs)
    this.#timers.add(timer)
  }
}
