// Goal: of two rotations of keys in one Secret, the second sees the first, and one that was cut
// short is in nobody's way for long. Method: stores that share a Secret behind an API server that
// keeps versions; times are short.
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type CredentialStore } from './credential-store.ts'
import { LEASE_ANNOTATION, type LeaseTiming } from './secret-lease.ts'
import { createSecretStore } from './secret-store.ts'
import { type FakeSecret, startFakeSecret } from './secret.fixture.ts'

const timing: LeaseTiming = { renewEveryMs: 20, staleAfterMs: 1_000 }
const reference = { name: 'desk-key', key: 'api-key', namespace: null }
/** No process has this number. */
const NO_PROCESS = 4_194_304
let secret: FakeSecret

beforeEach(async () => {
  secret = await startFakeSecret({ 'api-key': 'key-first' })
})
afterEach(() => secret.close())

const openStore = (given = timing): CredentialStore =>
  createSecretStore(reference, secret.access, given)
const lease = (): string | undefined => secret.annotations[LEASE_ANNOTATION]
const encode = (text: string): string => Buffer.from(text).toString('base64')

async function renewals(count: number): Promise<void> {
  for (let seen = 0; seen < count; seen += 1) {
    const before = lease()
    while (lease() === before) await delay(1)
  }
}

describe('a Secret that is held', () => {
  it('keeps another rotation away, and names who holds it', async () => {
    const release = await openStore().hold()
    await expect(openStore().hold()).rejects.toMatchObject({
      code: 'credential_busy',
      message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
    })
    await release()
    expect(secret.annotations).toEqual({})
    await (
      await openStore().hold()
    )()
  })

  it('is left alone by who saw the other one come to its end', async () => {
    const release = await openStore({ ...timing, renewEveryMs: 60_000 }).hold()
    const second = openStore().hold({ onWait: () => void release() })
    await expect(second).rejects.toMatchObject({
      code: 'credential_busy',
      message: expect.stringContaining('has just ended'),
    })
    expect(secret.annotations).toEqual({})
  })

  it('is held by one of two that come at once', async () => {
    const outcomes = await Promise.allSettled([openStore().hold(), openStore().hold()])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value()
  })

  it('is taken over from a process of this machine that has ended, at once', async () => {
    secret.change({ annotations: { [LEASE_ANNOTATION]: `${hostname()} ${NO_PROCESS} 1 then` } })
    const waits: number[] = []
    const release = await openStore().hold({ onWait: (_, waitMs) => waits.push(waitMs) })
    expect(waits).toEqual([])
    expect(lease()).toContain(`${hostname()} ${process.pid} `)
    await release()
  })

  it('is taken over from another machine once it was not renewed for long enough', async () => {
    secret.change({ annotations: { [LEASE_ANNOTATION]: 'elsewhere 1 1 2999-01-01T00:00:00Z' } })
    const waits: string[] = []
    const startedMs = performance.now()
    const release = await openStore({ ...timing, staleAfterMs: 100 }).hold({
      onWait: ({ message }, waitMs) => waits.push(`${waitMs}: ${message}`),
    })
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(99)
    expect(waits).toEqual([expect.stringMatching(/^100: another rotation.+process 1 on elsewhere/)])
    await release()
  })

  it('is waited for no longer than somebody wants', async () => {
    secret.change({ annotations: { [LEASE_ANNOTATION]: 'elsewhere 1 1 then' } })
    const stop = new AbortController()
    const held = openStore({ ...timing, staleAfterMs: 60_000 }).hold({
      onWait: () => stop.abort(new Error('stopped')),
      signal: stop.signal,
    })
    await expect(held).rejects.toThrow('stopped')
  })

  it('is not changed by looking whether it could be held', async () => {
    await (
      await openStore().hold({ isDryRun: true })
    )()
    expect(secret.annotations).toEqual({})
    const release = await openStore().hold()
    await expect(openStore().hold({ isDryRun: true })).rejects.toMatchObject({
      code: 'credential_busy',
    })
    await release()
  })

  it('cannot be held without the right to change it', async () => {
    secret.isPatchDenied = true
    await expect(openStore().hold()).rejects.toMatchObject({
      code: 'credential_unwritable',
      message: expect.stringContaining('may not patch it (403): give it a Role'),
    })
  })
})

describe('renewing it', () => {
  it('hides no change that somebody else made to the keys', async () => {
    const store = openStore()
    const release = await store.hold()
    await store.read()
    secret.change({ data: { 'api-key.next': encode('key-of-others') } })
    await renewals(3)
    await expect(store.put('next', 'key-number-2')).rejects.toMatchObject({
      code: 'credential_changed',
    })
    await release()
  })

  it('goes on when something else of the Secret was changed', async () => {
    const store = openStore()
    const release = await store.hold()
    await store.read()
    secret.change({ data: { other: encode('another') }, annotations: { team: 'sre' } })
    await renewals(3)
    await store.put('next', 'key-number-2')
    expect(await store.read()).toMatchObject({ next: 'key-number-2' })
    await release()
    expect(secret.annotations).toEqual({ team: 'sre' })
  })

  it('leaves alone what another has taken over, and no key is made then', async () => {
    const store = openStore()
    const release = await store.hold()
    secret.change({ annotations: { [LEASE_ANNOTATION]: 'elsewhere 1 1 then' } })
    await delay(5 * timing.renewEveryMs)
    expect(lease()).toBe('elsewhere 1 1 then')
    await expect(store.checkWritable()).rejects.toMatchObject({ code: 'credential_changed' })
    await release()
    expect(lease()).toBe('elsewhere 1 1 then')
  })
})
