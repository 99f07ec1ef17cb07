import { expect } from '@jest/globals'
import {
  type CredentialStore,
  isToPromote,
  type Slot,
  type StoredKeys,
} from '../credentials/credential-store.ts'
import { type RoundTrip } from '../judging/round-trip.ts'
import { type ProviderName } from '../numbers/number-entry.ts'
import { buildNumber } from '../numbers/number.fixture.ts'
import { type Provider, type WebhookOrigin } from '../port/provider.ts'
import { ProviderError, type ProviderErrorKind } from '../port/provider-error.ts'
import { type KeyOffer } from './key-offer.ts'
import { runRotation } from './run-rotation.ts'

class Killed extends Error {}

/**
 * A number at a provider, and the store of its key, in which a run can be killed before and after
 * whatever it does to either of them.
 */
export class World {
  readonly provider: ProviderName
  readonly number
  keys: Record<Slot, string | null> = { current: 'key-first', next: null, previous: null }
  validKeys = new Set(['key-first'])
  webhook: string | null
  made = 0
  /** Ticks until the kill. */
  lifeLeft = Infinity
  isUrlAnswering = true
  /** What the next requests are answered with, and the next requests for a key. */
  failures: ProviderErrorKind[] = []
  keyFailures: ProviderErrorKind[] = []
  keyRequests = 0
  from: WebhookOrigin = 'number'
  fields: readonly string[] | null = null

  constructor(provider: ProviderName) {
    this.provider = provider
    this.number = buildNumber({ provider })
    this.webhook = this.number.webhook.url
  }

  /** What somebody makes by hand, at the provider's. */
  makeKey(): string {
    this.made += 1
    const key = `key-made-${this.made}`
    if (this.provider === '360dialog') {
      this.validKeys.clear()
      this.webhook = null
    }
    this.validKeys.add(key)
    return key
  }

  giveKey(): string {
    this.keyRequests += 1
    const failure = this.keyFailures.shift()
    if (failure !== undefined) throw new ProviderError(failure, 'it failed')
    return this.makeKey()
  }

  tick(): void {
    this.lifeLeft -= 1
    if (this.lifeLeft <= 0) throw new Killed()
  }

  effect<T>(work: () => T): T {
    this.tick()
    const result = work()
    this.tick()
    return result
  }

  connect = (key: string): Provider => {
    const use = <T>(work: () => T) =>
      this.effect(() => {
        const failure = this.failures.shift()
        if (failure !== undefined) throw new ProviderError(failure, 'it failed')
        if (this.validKeys.has(key)) return work()
        throw new ProviderError('key_invalid', 'refused')
      })
    const { number } = this
    return {
      readWebhook: async () => ({
        url: use(() => this.webhook),
        from: this.webhook === null ? null : this.from,
        subscribedFields: this.fields,
      }),
      setWebhook: async ({ url }) => use(() => void (this.webhook = url)),
      removeWebhook: async () => use(() => void (this.webhook = null)),
      createKey:
        number.provider === '360dialog' ? async () => this.effect(() => this.giveKey()) : null,
      markRead: async () => {},
      close: async () => {},
    }
  }

  store: CredentialStore = {
    placeOf: (slot) => slot,
    read: async (): Promise<StoredKeys> => ({ ...this.keys }),
    put: async (slot, key) => this.effect(() => void (this.keys[slot] = key)),
    // As the files do it, in two renames.
    promote: async (expected) => {
      if (!isToPromote(this.keys, expected)) return
      const { current, next } = this.keys
      if (current !== null) this.effect(() => void (this.keys.previous = current))
      this.effect(() => void (this.keys = { ...this.keys, current: next, next: null }))
    },
    checkWritable: async () => this.tick(),
    hold: async () => async () => {},
  }

  /** Whether it came to its end. */
  async rotate(offer: KeyOffer, lifeLeft = Infinity): Promise<boolean> {
    this.lifeLeft = lifeLeft
    try {
      await runRotation({
        number: this.number,
        store: this.store,
        offer,
        connect: this.connect,
        roundTrip: async (): Promise<RoundTrip> =>
          this.effect(() =>
            this.isUrlAnswering
              ? { outcome: 'answered', elapsedMs: 1 }
              : { outcome: 'failed', reason: 'it answered 503' },
          ),
        perform: (_, work) => work(),
        onRetry: () => {},
        wait: async () => {},
      })
      return true
    } catch (error) {
      if (error instanceof Killed) return false
      throw error
    } finally {
      this.lifeLeft = Infinity
    }
  }

  get hasWorkingKey(): boolean {
    return Object.values(this.keys).some((key) => key !== null && this.validKeys.has(key))
  }

  expectRotated(): void {
    expect(this.keys).toMatchObject({ next: null, previous: null })
    expect(this.validKeys).toContain(this.keys.current)
    expect(this.keys.current).not.toBe('key-first')
    expect(this.webhook).toBe(this.number.webhook.url)
  }
}
