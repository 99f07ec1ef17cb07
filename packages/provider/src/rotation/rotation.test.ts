import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
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
import { type RotationFacts, decideStep, planSteps } from './rotation-step.ts'
import { runRotation } from './run-rotation.ts'

const flags = fc.boolean()
const anyFacts: fc.Arbitrary<RotationFacts> = fc.record({
  isOffered: flags,
  isTaken: flags,
  hasNext: flags,
  hasPrevious: flags,
  isUrlSet: flags,
  isSeen: flags,
  isAnswered: flags,
  revokesFormer: flags,
})

describe('the steps of a rotation', () => {
  it('come to an end from wherever they begin, each done at most once', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const steps = planSteps(facts)
        expect(new Set(steps).size).toBe(steps.length)
      }),
    )
  })

  it('let no key go, and put none in use, before what proves the newer one', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const step = decideStep(facts)
        if (step === 'promote') expect(facts.isSeen).toBe(true)
        if (step === 'let_go') {
          expect(facts).toMatchObject({ hasNext: false, isSeen: true, isAnswered: true })
        }
      }),
    )
  })

  it('are these, from a new key on', () => {
    const facts = {
      isOffered: true,
      isTaken: true,
      hasNext: false,
      hasPrevious: false,
      isUrlSet: false,
      isSeen: false,
      isAnswered: false,
    }
    expect(planSteps({ ...facts, revokesFormer: false })).toEqual([
      'take',
      'set_url',
      'check_status',
      'round_trip',
      'promote',
      'let_go',
    ])
    expect(planSteps({ ...facts, revokesFormer: true })).toEqual([
      'take',
      'set_url',
      'check_status',
      'promote',
      'round_trip',
      'let_go',
    ])
  })
})

class Killed extends Error {}

/**
 * A number at a provider, and the store of its key, in which a run can be killed before and after
 * whatever it does to either of them.
 */
class World {
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

const lives = fc.array(fc.integer({ min: 1, max: 24 }), { maxLength: 8 })

describe('a rotation that is killed', () => {
  it.each(['cloud', 'onprem', '360dialog'] as const)(
    'is gone on with, anywhere and ever again, with a key that was given (%s)',
    async (provider) => {
      await fc.assert(
        fc.asyncProperty(lives, async (kills) => {
          const world = new World(provider)
          const offer = { kind: 'given', key: world.makeKey() } as const
          for (const life of kills) {
            await world.rotate(offer, life)
            // Whoever gave it has it still; once it is stored, no more is needed.
            expect(world.hasWorkingKey || world.validKeys.has(offer.key)).toBe(true)
            if (world.keys.next !== null) expect(world.keys.next).toBe(offer.key)
          }
          expect(await world.rotate(offer)).toBe(true)
          world.expectRotated()
          expect(world.keys.current).toBe(offer.key)
        }),
      )
    },
  )

  it('needs the given key no longer, once it is stored', async () => {
    for (let life = 1; life < 24; life += 1) {
      const world = new World('360dialog')
      await world.rotate({ kind: 'given', key: world.makeKey() }, life)
      if (world.keys.next === null && world.keys.previous === null) continue
      expect(await world.rotate({ kind: 'nowhere' })).toBe(true)
      world.expectRotated()
    }
  })

  it('is gone on with, with keys that the provider makes, and asks for no more than needed', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (kills) => {
        const world = new World('360dialog')
        for (const life of kills) {
          await world.rotate({ kind: 'provider' }, life)
          // Only a key that was made and is not stored yet can be lost.
          if (!world.hasWorkingKey) expect(world.keys.next).not.toBe(`key-made-${world.made}`)
        }
        const made = world.made
        const isUnderWay = world.keys.next !== null || world.keys.previous !== null
        expect(await world.rotate({ kind: 'provider' })).toBe(true)
        world.expectRotated()
        // A key is made again only if none was stored, or the rotation before was over.
        expect(world.made).toBe(isUnderWay ? made : made + 1)
      }),
    )
  })
})

describe('a rotation', () => {
  it('stores no key that the provider refuses', async () => {
    const world = new World('cloud')
    const offer = { kind: 'given', key: 'key-of-another' } as const
    await expect(world.rotate(offer)).rejects.toMatchObject({ kind: 'key_invalid' })
    expect(world.keys).toEqual({ current: 'key-first', next: null, previous: null })
  })

  it('keeps both keys while our URL does not answer', async () => {
    const world = new World('cloud')
    world.isUrlAnswering = false
    const offer = { kind: 'given', key: world.makeKey() } as const
    await expect(world.rotate(offer)).rejects.toMatchObject({ code: 'not_proven' })
    expect(world.keys).toEqual({ current: 'key-first', next: 'key-made-1', previous: null })
    world.isUrlAnswering = true
    expect(await world.rotate({ kind: 'nowhere' })).toBe(true)
    world.expectRotated()
  })

  it.each(['given', 'provider'] as const)(
    'waits out what passes, from its first request on (%s)',
    async (kind) => {
      const world = new World('360dialog')
      await world.rotate({ kind: 'provider' }, 5)
      expect(world.keys.next).toBe('key-made-1')
      world.failures = ['unavailable', 'rate_limited', 'unavailable']
      const offer = kind === 'given' ? { kind, key: world.makeKey() } : { kind }
      expect(await world.rotate(offer)).toBe(true)
      world.expectRotated()
    },
  )

  it('asks for a key again only if it surely was given none', async () => {
    const world = new World('360dialog')
    world.keyFailures = ['rate_limited', 'rate_limited']
    expect(await world.rotate({ kind: 'provider' })).toBe(true)
    expect(world.keyRequests).toBe(3)
    world.keyFailures = ['unavailable']
    await expect(world.rotate({ kind: 'provider' })).rejects.toMatchObject({ kind: 'unavailable' })
    expect(world.keyRequests).toBe(4)
  })

  it("is not proven by a URL that is not the number's own, whatever fields are sent", async () => {
    const world = new World('cloud')
    world.from = 'account'
    world.fields = []
    const offer = { kind: 'given', key: world.makeKey() } as const
    await expect(world.rotate(offer)).rejects.toMatchObject({ code: 'not_proven' })
    expect(world.keys.current).toBe('key-first')
    world.from = 'number'
    expect(await world.rotate(offer)).toBe(true)
  })

  it('puts the new key in use at once where the former one has ended', async () => {
    const world = new World('360dialog')
    world.isUrlAnswering = false
    await expect(world.rotate({ kind: 'provider' })).rejects.toMatchObject({ code: 'not_proven' })
    expect(world.keys).toEqual({ current: 'key-made-1', next: null, previous: 'key-first' })
  })

  it('takes a newer key if the stored one has been revoked meanwhile', async () => {
    const world = new World('360dialog')
    await world.rotate({ kind: 'provider' }, 5)
    expect(world.keys.next).toBe('key-made-1')
    world.makeKey()
    expect(await world.rotate({ kind: 'provider' })).toBe(true)
    world.expectRotated()
    expect(world.keys.current).toBe('key-made-3')
  })

  it.each([
    [{ kind: 'nowhere' }, 'key_needed'],
    [{ kind: 'provider' }, 'key_needed'],
    [{ kind: 'given', key: 'short' }, 'key_unusable'],
    [{ kind: 'given', key: 'two words of a key' }, 'key_unusable'],
  ] as const)('is not begun with %j', async (offer, code) => {
    await expect(new World('cloud').rotate(offer)).rejects.toMatchObject({ code })
  })

  it('sets up a number that has no key yet', async () => {
    const world = new World('cloud')
    world.keys.current = null
    expect(await world.rotate({ kind: 'given', key: world.makeKey() })).toBe(true)
    world.expectRotated()
  })
})
