import { type CredentialStore, type StoredKeys } from '../credentials/credential-store.ts'
import { type NumberStatus, readStatus } from '../judging/read-status.ts'
import { type RoundTrip } from '../judging/round-trip.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { type Provider } from '../port/provider.ts'
import { ProviderError } from '../port/provider-error.ts'
import { isOffered, type KeyOffer, takeKey } from './key-offer.ts'
import { isPassing, type Wait, withRetries } from './retries.ts'
import { RotationError } from './rotation-error.ts'
import { afterStep, decideStep, type RotationFacts, type RotationStep } from './rotation-step.ts'

export interface RotationOptions {
  readonly number: NumberEntry
  readonly store: CredentialStore
  readonly offer: KeyOffer
  /** The provider, as seen with that key. */
  readonly connect: (key: string) => Provider
  readonly roundTrip: () => Promise<RoundTrip>
  /** Does a step; for instance, it says so before and after it. */
  readonly perform: <T>(step: RotationStep, work: () => Promise<T>) => Promise<T>
  readonly onRetry: (error: Error, waitMs: number) => void
  readonly wait: Wait
  readonly signal?: AbortSignal
}

export interface RotationResult {
  /** What was done, in order; empty if everything was as it should be. */
  readonly steps: readonly RotationStep[]
  /** From asking for the key, which ends the webhook, to its being set; null if not asked for. */
  readonly gapMs: number | null
  /** Null if it was not made. */
  readonly roundTrip: RoundTrip | null
}

/**
 * Replaces the key of a number, and goes on with what an earlier run left. Throws a ProviderError,
 * a CredentialError or a RotationError; then whatever is stored is enough to go on, or, if a key
 * was asked for and is lost, to ask for another.
 */
export async function runRotation(options: RotationOptions): Promise<RotationResult> {
  const { store } = options
  const keys = await store.read()
  let facts = await readFacts(options, keys)
  const run = new Run(options, keys)
  const steps: RotationStep[] = []
  try {
    for (let step = decideStep(facts); step !== null; step = decideStep(facts)) {
      options.signal?.throwIfAborted()
      const next = step
      await options.perform(next, () => run.do(next))
      steps.push(next)
      facts = afterStep(facts, next)
    }
  } finally {
    await run.close()
  }
  return { steps, gapMs: run.gapMs, roundTrip: run.roundTrip }
}

/** What is known before the first step. */
export async function readFacts(
  options: Pick<RotationOptions, 'connect' | 'number' | 'offer'>,
  keys: StoredKeys,
): Promise<RotationFacts> {
  const { connect, number, offer } = options
  const hasNext = keys.next !== null
  const hasPrevious = keys.previous !== null
  return {
    isOffered: await isOffered(offer, keys, (key) => isRefused(connect, key)),
    isTaken: hasNext || hasPrevious || offer.kind === 'given',
    hasNext,
    hasPrevious,
    isUrlSet: false,
    isSeen: false,
    isAnswered: false,
    revokesFormer: number.provider === '360dialog',
  }
}

/** Whether the provider refuses the key. Throws if it can't be asked. */
async function isRefused(connect: (key: string) => Provider, key: string): Promise<boolean> {
  const provider = connect(key)
  try {
    await provider.readWebhook()
    return false
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'key_invalid') return true
    throw error
  } finally {
    await provider.close()
  }
}

/** The effects of the steps, with what they need of each other. */
class Run {
  readonly #options: RotationOptions
  #provider: Provider | undefined
  /** The newest key that is stored. */
  #key: string | null
  /** A key that was just made may not be known everywhere yet. */
  #isFresh = false
  #askedMs: number | undefined
  gapMs: number | null = null
  roundTrip: RoundTrip | null = null

  constructor(options: RotationOptions, { current, next }: StoredKeys) {
    this.#options = options
    this.#key = next ?? current
  }

  async do(step: RotationStep): Promise<void> {
    const { store } = this.#options
    switch (step) {
      case 'take': {
        return this.#take()
      }
      case 'set_url': {
        return this.#setUrl()
      }
      case 'check_status': {
        return this.#checkStatus()
      }
      case 'round_trip': {
        return this.#tryRoundTrip()
      }
      case 'promote': {
        return store.promote()
      }
      case 'let_go': {
        return store.put('previous', null)
      }
    }
  }

  async close(): Promise<void> {
    await this.#provider?.close()
  }

  async #take(): Promise<void> {
    const { connect, offer, store } = this.#options
    const asker = connect(this.#key ?? '')
    try {
      if (offer.kind === 'provider') this.#askedMs = performance.now()
      const key = await takeKey(offer, asker, (one) => isRefused(connect, one))
      await store.put('next', key)
      this.#key = key
      this.#isFresh = offer.kind === 'provider'
    } finally {
      await asker.close()
    }
  }

  async #setUrl(): Promise<void> {
    const { number, signal } = this.#options
    const { headers, url, verifyToken } = number.webhook
    const provider = this.#connect()
    await this.#retrying(() => provider.setWebhook({ url, verifyToken, headers }, signal))
    if (this.#askedMs !== undefined) this.gapMs = performance.now() - this.#askedMs
  }

  async #checkStatus(): Promise<void> {
    const { number, signal } = this.#options
    const provider = this.#connect()
    await this.#retrying(async () => {
      const status = await readStatus(provider, number, signal)
      if (status.error !== null) throw status.error
      if (!isProven(status)) {
        const message = `the URL was set, and the provider says of it: ${status.state}`
        throw new RotationError('not_proven', message)
      }
    })
  }

  async #tryRoundTrip(): Promise<void> {
    this.roundTrip = await this.#options.roundTrip()
    if (this.roundTrip.outcome !== 'failed') return
    const message = `our own URL does not answer a handshake: ${this.roundTrip.reason}`
    throw new RotationError('not_proven', message)
  }

  /** With the newest key. */
  #connect(): Provider {
    if (this.#key === null) throw new RotationError('key_needed', 'there is no key yet')
    this.#provider ??= this.#options.connect(this.#key)
    return this.#provider
  }

  #retrying(work: () => Promise<void>): Promise<void> {
    const { onRetry, signal, wait } = this.#options
    const isFresh = this.#isFresh
    return withRetries(work, {
      wait,
      signal,
      onRetry,
      isTransient(error): error is Error {
        if (isPassing(error) || error instanceof RotationError) return true
        return isFresh && error instanceof ProviderError && error.kind === 'key_invalid'
      },
    })
  }
}

/** Fields are another matter than the key. */
function isProven({ state }: NumberStatus): boolean {
  return state === 'ok' || state === 'not_subscribed'
}
