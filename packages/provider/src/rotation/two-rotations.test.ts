// Goal: two rotations of one key at the same time, or one that can't store its key, leave the
// number with a key that works, or say that they did not. Method: real files, a Secret behind an
// API server that keeps versions, and a provider that revokes the former key with each new one.
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type CredentialStore } from '../credentials/credential-store.ts'
import { createFileStore } from '../credentials/file-store.ts'
import { LEASE_ANNOTATION } from '../credentials/secret-lease.ts'
import { createSecretStore } from '../credentials/secret-store.ts'
import { type FakeSecret, startFakeSecret } from '../credentials/secret.fixture.ts'
import { type ProviderName } from '../numbers/number-entry.ts'
import { buildNumber } from '../numbers/number.fixture.ts'
import { type Provider } from '../port/provider.ts'
import { ProviderError } from '../port/provider-error.ts'
import { type KeyOffer } from './key-offer.ts'
import { type RotationStep } from './rotation-step.ts'
import { runRotation } from './run-rotation.ts'

/** So that a second rotation soon sees that the first is under way. */
const timing = { renewEveryMs: 20, staleAfterMs: 5_000 }
const reference = { name: 'desk-key', key: 'api-key', namespace: null }
let folder: string
let secret: FakeSecret
let path: string
let validKeys: Set<string>
let webhook: string | null
let made: number
/** Before the answer to the request that makes a key. */
let onMade: (count: number) => Promise<void>
/** How many requests for a key the provider refuses, since there were too many. */
let refusals: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'))
  path = join(folder, 'desk')
  await writeFile(path, 'key-first\n')
  secret = await startFakeSecret({ 'api-key': 'key-first' })
  validKeys = new Set(['key-first'])
  webhook = buildNumber().webhook.url
  made = 0
  refusals = 0
  onMade = async () => {}
})
afterEach(async () => {
  await chmod(folder, 0o700)
  await secret.close()
  await rm(folder, { recursive: true })
})

const stores = {
  file: (): CredentialStore => createFileStore(path),
  secret: (): CredentialStore => createSecretStore(reference, secret.access, timing),
}

function connect(key: string): Provider {
  const check = (): void => {
    if (!validKeys.has(key)) throw new ProviderError('key_invalid', 'refused')
  }
  return {
    async readWebhook() {
      check()
      return { url: webhook, from: webhook === null ? null : 'number', subscribedFields: null }
    },
    async setWebhook({ url }) {
      check()
      webhook = url
    },
    removeWebhook: async () => {},
    async createKey() {
      refusals -= 1
      if (refusals >= 0) throw new ProviderError('rate_limited', 'too many requests')
      made += 1
      const count = made
      validKeys = new Set([`key-made-${count}`])
      webhook = null
      await onMade(count)
      return `key-made-${count}`
    },
    markRead: async () => {},
    close: async () => {},
  }
}

async function rotate(
  store: CredentialStore,
  given: {
    readonly offer?: KeyOffer
    readonly provider?: ProviderName
    readonly before?: (step: RotationStep) => Promise<void> | void
    readonly wait?: () => Promise<void>
  } = {},
): Promise<'rotated' | Error> {
  const { before, offer = { kind: 'provider' }, provider = '360dialog' } = given
  const { wait = async () => {} } = given
  try {
    await runRotation({
      number: buildNumber({ provider }),
      store,
      offer,
      connect,
      roundTrip: async () => ({ outcome: 'unasked' }),
      perform: async (step, work) => {
        await before?.(step)
        return work()
      },
      onRetry: () => {},
      wait,
    })
    return 'rotated'
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

describe('two rotations at once', () => {
  it('do not remove the key from a Secret', async () => {
    validKeys.add('key-given')
    const gate = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    const first = rotate(stores.secret(), {
      provider: 'cloud',
      offer: { kind: 'given', key: 'key-given' },
      async before(step) {
        if (step !== 'promote') return
        reached.resolve()
        await gate.promise
      },
    })
    await reached.promise
    const second = { provider: 'cloud', offer: { kind: 'nowhere' } } as const
    expect(await rotate(stores.secret(), second)).toMatchObject({ code: 'credential_busy' })
    // As if the first had stood still for so long that it was taken over.
    secret.change({ annotations: { [LEASE_ANNOTATION]: null } })
    expect(await rotate(stores.secret(), second)).toBe('rotated')
    gate.resolve()
    await first
    expect(await stores.secret().read()).toMatchObject({ current: 'key-given', previous: null })
  })

  /** The first has a key made, and gets it only when the gate opens. */
  async function startSlowly(kind: keyof typeof stores) {
    const gate = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    onMade = async (count) => {
      if (count !== 1) return
      reached.resolve()
      await gate.promise
    }
    const outcome = rotate(stores[kind]())
    await reached.promise
    return { outcome, openGate: () => gate.resolve() }
  }

  it.each(['file', 'secret'] as const)('have one key made (%s)', async (kind) => {
    const first = await startSlowly(kind)
    expect(await rotate(stores[kind]())).toMatchObject({ code: 'credential_busy' })
    first.openGate()
    expect(await first.outcome).toBe('rotated')
    expect(made).toBe(1)
    expect(await stores[kind]().read()).toMatchObject({ current: 'key-made-1', next: null })
    expect(webhook).not.toBeNull()
  })

  it('leave a key that works where one was taken over while it had one made', async () => {
    const first = await startSlowly('secret')
    secret.change({ annotations: { [LEASE_ANNOTATION]: null } })
    const second = await rotate(stores.secret(), {
      // The key that was made first is stored last.
      async before(step) {
        if (step !== 'promote') return
        first.openGate()
        await new Promise((resolve) => void setTimeout(resolve, 50))
      },
    })
    const outcomes = [await first.outcome, second]
    expect(outcomes).toContain('rotated')
    expect(outcomes.filter((outcome) => outcome !== 'rotated')).toHaveLength(1)
    expect(validKeys).toContain((await stores.secret().read()).current)
    expect(webhook).not.toBeNull()
  })

  it('have one key made where one was taken over while it waited to ask again', async () => {
    refusals = 1
    let waits = 0
    const first = await rotate(stores.secret(), {
      async wait() {
        waits += 1
        // As if it had stood still here, or had been cut off.
        secret.change({ annotations: { [LEASE_ANNOTATION]: null } })
        expect(await rotate(stores.secret())).toBe('rotated')
      },
    })
    expect(first).toMatchObject({ code: 'credential_changed' })
    expect({ made, waits }).toEqual({ made: 1, waits: 1 })
    expect(await stores.secret().read()).toMatchObject({ current: 'key-made-1', next: null })
    expect(webhook).not.toBeNull()
  })

  it('are kept apart by a file that a dead process does not hold', async () => {
    await writeFile(`${path}.lock`, 'elsewhere 1 1')
    expect(await rotate(stores.file())).toMatchObject({
      code: 'credential_busy',
      message: expect.stringContaining('process 1 on elsewhere'),
    })
    expect(made).toBe(0)
    await writeFile(`${path}.lock`, `${hostname()} 4194304 1`)
    expect(await rotate(stores.file())).toBe('rotated')
    expect(await readdir(folder)).toEqual(['desk'])
  })
})

describe('a rotation that cannot store its key', () => {
  it.each(['file', 'secret'] as const)('has none made (%s)', async (kind) => {
    secret.isPatchDenied = true
    await blockDraft()
    expect(await rotate(stores[kind]())).toMatchObject({ code: 'credential_unwritable' })
    expect(validKeys).toEqual(new Set(['key-first']))
    expect(made).toBe(0)
  })

  it('tries again, and says what is lost and what to do', async () => {
    let denials = 2
    onMade = async () => {
      secret.isPatchDenied = true
    }
    secret.onDenied = () => {
      denials -= 1
      if (denials === 0) secret.isPatchDenied = false
    }
    expect(await rotate(stores.secret())).toBe('rotated')
    denials = Infinity
    expect(await rotate(stores.secret())).toMatchObject({
      code: 'key_lost',
      message: expect.stringMatching(/lost.+former key has ended.+no webhook.+same command again/s),
    })
    secret.isPatchDenied = false
    onMade = async () => {}
    expect(await rotate(stores.secret())).toBe('rotated')
    expect(validKeys).toContain((await stores.secret().read()).current)
  })

  it('leaves what is stored as it was when it only looks', async () => {
    const before = await readFile(path, 'utf8')
    await stores.file().checkWritable()
    expect(await readFile(path, 'utf8')).toBe(before)
    expect(await readdir(folder)).toEqual(['desk'])
    await stores.secret().checkWritable()
    expect(await stores.secret().read()).toEqual({
      current: 'key-first',
      next: null,
      previous: null,
    })
  })
})

/** Root may write anywhere, so what is in the way is a folder where the next key is drafted. */
async function blockDraft(): Promise<void> {
  await mkdir(join(folder, `.desk.next.${process.pid}.tmp`))
}
