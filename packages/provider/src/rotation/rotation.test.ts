import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { World } from './rotation-world.fixture.ts'

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
