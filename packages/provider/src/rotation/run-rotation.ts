import { type CredentialStore, type StoredKeys } from '../credentials/credential-store.ts'
import { type NumberStatus, readStatus } from '../judging/read-status.ts'
import { type RoundTrip } from '../judging/round-trip.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { type Provider } from '../port/provider.ts'
import { ProviderError } from '../port/provider-error.ts'
import { type KeyOffer, takeKey } from './key-offer.ts'
import { type AskOptions, isRefused, readFacts, retrying } from './read-facts.ts'
import { isPassing } from './retries.ts'
import { RotationError } from './rotation-error.ts'
import { afterStep, decideStep, type RotationStep } from './rotation-step.ts'
import { storeNewKey } from './store-new-key.ts'

export interface RotationOptions extends AskOptions {
  readonly number: NumberEntry
  readonly store: CredentialStore
  readonly offer: KeyOffer
  readonly roundTrip: () => Promise<RoundTrip>
  /** Does a step; for instance, it says so before and after it. */
  readonly perform: <T>(step: RotationStep, work: () => Promise<T>) => Promise<T>
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
  const { onRetry, signal, store } = options
  const release = await store.hold({ onWait: onRetry, signal })
  try {
    return await runHeld(options)
  } finally {
    await release()
  }
}

async function runHeld(options: RotationOptions): Promise<RotationResult> {
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
        return this.#promote()
      }
      case 'let_go': {
        await this.#readBack()
        return store.put('previous', null)
      }
    }
  }

  async close(): Promise<void> {
    await this.#provider?.close()
  }

  async #take(): Promise<void> {
    const { connect, offer, store } = this.#options
    const asksProvider = offer.kind === 'provider'
    const isRefusedNow = (key: string): Promise<boolean> => isRefused(this.#options, key)
    const asker = connect(this.#key ?? '')
    try {
      const take = async (): Promise<string> => {
        // Before each try, since the former key ends with it: a key that can't be stored is lost,
        // and in a long wait another rotation may have taken over.
        if (asksProvider) await store.checkWritable()
        if (asksProvider) this.#askedMs = performance.now()
        return takeKey(offer, asker, isRefusedNow)
      }
      // An answer that did not come may have been a key: only what surely made none is repeated.
      const key = await retrying(this.#options, take, isRateLimit)
      if (asksProvider) {
        await storeNewKey(store, key, {
          isRefused: isRefusedNow,
          retrying: (work, isTransient) => retrying(this.#options, work, isTransient),
        })
      } else await store.put('next', key)
      await this.#provider?.close()
      this.#provider = undefined
      this.#key = key
      this.#isFresh = asksProvider
    } finally {
      await asker.close()
    }
  }

  /** What others find is asked about once more: it may not be what was put there. */
  async #promote(): Promise<void> {
    const { store } = this.#options
    await store.promote(this.#newestKey())
    await this.#readBack()
    await this.#checkStatus()
  }

  /** The key in use has to be the one that was proven. */
  async #readBack(): Promise<void> {
    const { current } = await this.#options.store.read()
    if (current === this.#newestKey()) return
    const message = 'somebody else has put another key in use meanwhile'
    throw new RotationError('not_proven', message)
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
    this.#provider ??= this.#options.connect(this.#newestKey())
    return this.#provider
  }

  #newestKey(): string {
    if (this.#key !== null) return this.#key
    throw new RotationError('key_needed', 'there is no key yet')
  }

  #retrying(work: () => Promise<void>): Promise<void> {
    const isFresh = this.#isFresh
    return retrying(this.#options, work, (error): error is Error => {
      if (isPassing(error) || error instanceof RotationError) return true
      return isFresh && error instanceof ProviderError && error.kind === 'key_invalid'
    })
  }
}

/** Fields are another matter than the key. */
function isProven({ from, state }: NumberStatus): boolean {
  return state === 'ok' || (state === 'not_subscribed' && from === 'number')
}

function isRateLimit(error: unknown): error is ProviderError {
  return error instanceof ProviderError && error.kind === 'rate_limited'
}
