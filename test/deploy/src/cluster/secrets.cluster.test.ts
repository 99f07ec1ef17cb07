// Goal: keys of numbers in Secrets are read and replaced by whom the chart allows, and by nobody
// else. Method: a real API server with the chart's own accounts and Roles; stores with the tokens
// of those accounts; and a rotation against the simulated provider.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type ClusterAccess,
  connectProvider,
  type CredentialStore,
  type NumberEntry,
  openCredentialStore,
  type Provider,
  readNumbersFile,
  runRotation,
} from '@wabastream/provider'
import { type SimulatedProvider, startSimulatedProvider } from '@wabastream/simulator'
import { eventually } from '@wabastream/testing'
import { keysInSecrets, RELEASE, render } from '../chart/rendered-chart.ts'
import { asObject, at, type Json } from '../tools/json.ts'
import { createApiClient } from './api-client.ts'
import { type ApiServer, startApiServer } from './api-server.ts'
import { createPods, type Pods } from './pods.ts'

const START_TIMEOUT_MS = 900_000
const TEST_TIMEOUT_MS = 120_000
/** Of the annotation that keeps other rotations away. */
const RENEWED_EVERY_MS = 5_000
const LEASE = 'wabastream/rotation'
const ELSEWHERE = 'kafka'

let server: ApiServer
let pods: Pods

async function apply(resources: readonly Json[]): Promise<void> {
  for (const resource of resources) {
    const { body, status } = await server.client.apply(resource)
    expect([status, at(body, 'message')]).toEqual([expect.any(Number), undefined])
  }
}

const encode = (text: string): string => Buffer.from(text).toString('base64')
const secretOf = (name: string, keys: Readonly<Record<string, string>>, namespace = RELEASE) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  data: Object.fromEntries(Object.entries(keys).map(([key, text]) => [key, encode(text)])),
})

async function readSecret(name: string): Promise<Json> {
  const { body } = await server.client.get(`/api/v1/namespaces/${RELEASE}/secrets/${name}`)
  return asObject(body)
}

const metadataOf = async (): Promise<Json> => asObject((await readSecret('desk-key'))['metadata'])

/** A store as it is in a pod of that component of the chart. */
async function storeOf(
  component: string,
  { name = 'desk-key', namespace = null }: { name?: string; namespace?: string | null } = {},
): Promise<CredentialStore> {
  const access = await pods.accessOf(accountOf(component))
  return open(access, name, namespace)
}

const open = (access: ClusterAccess, name = 'desk-key', namespace: string | null = null) =>
  openCredentialStore({ kind: 'kubernetes_secret', name, key: 'api-key', namespace }, {}, access)
const accountOf = (component: string): string =>
  component === '' ? RELEASE : `${RELEASE}-${component}`

beforeAll(async () => {
  server = await startApiServer()
  pods = await createPods(server, RELEASE)
  const namespaces = [RELEASE, ELSEWHERE].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }))
  const kinds = new Set<unknown>(['ServiceAccount', 'Role', 'RoleBinding'])
  const chart = (await render({ set: keysInSecrets }))
    .filter(({ kind }) => kinds.has(kind))
    .map((one) => ({ ...one, metadata: { namespace: RELEASE, ...asObject(one['metadata']) } }))
  await apply([...namespaces, ...chart])
  await apply([
    secretOf('other', { 'api-key': 'key-of-others' }),
    secretOf('far-key', { 'api-key': 'key-far' }, ELSEWHERE),
  ])
  // Roles come into force a moment after they are stored.
  const store = await storeOf('toolbox', { name: 'far-key', namespace: ELSEWHERE })
  await eventually('a Role is in force', () =>
    store.read().then(
      () => true,
      () => false,
    ),
  )
}, START_TIMEOUT_MS)
afterAll(async () => {
  await pods.remove()
  await server.stop()
}, TEST_TIMEOUT_MS)

beforeEach(async () => {
  const before = await server.client.delete(`/api/v1/namespaces/${RELEASE}/secrets/desk-key`)
  expect([200, 404]).toContain(before.status)
  await apply([secretOf('desk-key', { 'api-key': 'key-first\n', note: 'of somebody else' })])
})

describe('the toolbox', () => {
  it('reads and replaces a key, beside what else the Secret holds', async () => {
    const store = await storeOf('toolbox')
    expect(await store.read()).toEqual({ current: 'key-first', next: null, previous: null })
    await store.checkWritable()
    await store.put('next', 'key-second')
    await store.promote('key-second')
    expect((await readSecret('desk-key'))['data']).toEqual({
      'api-key': encode('key-second'),
      'api-key.previous': encode('key-first'),
      note: encode('of somebody else'),
    })
    await store.put('previous', null)
    expect(await store.read()).toEqual({ current: 'key-second', next: null, previous: null })
  })

  it('writes over nothing that another has just written', async () => {
    const [one, other] = [await storeOf('toolbox'), await storeOf('toolbox')]
    await one.read()
    await other.put('next', 'key-of-the-other')
    await expect(one.put('next', 'key-second')).rejects.toMatchObject({
      code: 'credential_changed',
      message: expect.stringContaining('(409)'),
    })
    expect(await one.read()).toMatchObject({ current: 'key-first', next: 'key-of-the-other' })
  })

  it('replaces a key in another namespace, which its number names', async () => {
    const store = await storeOf('toolbox', { name: 'far-key', namespace: ELSEWHERE })
    await store.put('next', 'key-second')
    expect(await store.read()).toMatchObject({ current: 'key-far', next: 'key-second' })
  })

  it('says that a Secret is immutable, before a key is made for it', async () => {
    await apply([{ ...secretOf('desk-key', { 'api-key': 'key-first' }), immutable: true }])
    await expect((await storeOf('toolbox')).checkWritable()).rejects.toMatchObject({
      code: 'credential_unwritable',
      message: expect.stringContaining('is the Secret immutable?'),
    })
  })

  it('tries whether it could write, and leaves everything as it was', async () => {
    const before = await metadataOf()
    const store = await storeOf('toolbox')
    await (
      await store.hold({ isDryRun: true })
    )()
    await store.checkWritable()
    expect((await metadataOf())['resourceVersion']).toBe(before['resourceVersion'])
  })

  it(
    'sees a rotation that is under way, and the keys stay those of the first',
    async () => {
      const [one, other] = [await storeOf('toolbox'), await storeOf('toolbox')]
      const release = await one.hold()
      await one.read()
      await expect(other.hold()).rejects.toMatchObject({
        code: 'credential_busy',
        message: expect.stringContaining(`process ${process.pid} on`),
      })
      expect(await metadataOf()).toHaveProperty(['annotations', LEASE])
      await delay(RENEWED_EVERY_MS)
      await one.put('next', 'key-second')
      await release()
      expect((await metadataOf())['annotations']).toBeUndefined()
      await (
        await other.hold()
      )()
    },
    TEST_TIMEOUT_MS,
  )
})

describe('other pods', () => {
  it.each(['watch', 'read-receipts'])('of %s read a key and can change none', async (component) => {
    const store = await storeOf(component)
    expect(await store.read()).toMatchObject({ current: 'key-first' })
    const refused = {
      code: 'credential_unwritable',
      message: expect.stringMatching(
        /Secret desk-key: .+ may not patch it \(403\): give it a Role/,
      ),
    }
    await expect(store.put('next', 'key-second')).rejects.toMatchObject(refused)
    await expect(store.checkWritable()).rejects.toMatchObject(refused)
    await expect(store.hold()).rejects.toMatchObject(refused)
    expect(await store.read()).toEqual({ current: 'key-first', next: null, previous: null })
  })

  it.each([
    ['toolbox', 'other'],
    ['watch', 'other'],
    ['', 'desk-key'],
  ])('of account "%s" do not read Secret %s', async (component, name) => {
    await expect((await storeOf(component, { name })).read()).rejects.toMatchObject({
      code: 'credential_unreadable',
      message: expect.stringContaining('may not get it (403)'),
    })
  })

  it('see no list of Secrets, which would show them all', async () => {
    for (const component of ['toolbox', 'watch', 'read-receipts']) {
      const token = await pods.tokenOf(accountOf(component))
      const client = createApiClient({ ...server.connection, token })
      const { status } = await client.get(`/api/v1/namespaces/${RELEASE}/secrets`)
      expect([component, status]).toEqual([component, 403])
    }
  })
})

describe('a store', () => {
  it('reads its token each time, since Kubernetes renews it', async () => {
    const access = await pods.accessOf(accountOf('watch'))
    const store = open(access)
    await writeFile(access.tokenFile, 'a-token-that-has-ended')
    await expect(store.read()).rejects.toMatchObject({
      code: 'credential_unreadable',
      message: expect.stringContaining('does not know this service account (401)'),
    })
    await writeFile(access.tokenFile, `${await pods.tokenOf(accountOf('watch'))}\n`)
    expect(await store.read()).toMatchObject({ current: 'key-first' })
  })

  it('says what is missing', async () => {
    await expect((await storeOf('toolbox', { name: 'far-key' })).read()).rejects.toMatchObject({
      message: expect.stringContaining('(403)'),
    })
    await server.client.delete(`/api/v1/namespaces/${RELEASE}/secrets/desk-key`)
    await expect((await storeOf('toolbox')).read()).rejects.toMatchObject({
      message: expect.stringContaining('there is no such Secret (404)'),
    })
  })
})

describe('a rotation', () => {
  let simulated: SimulatedProvider
  let folder: string
  let made: number
  beforeEach(async () => {
    const id = '206540352242900'
    made = 0
    folder = await mkdtemp(join(tmpdir(), 'numbers-'))
    simulated = await startSimulatedProvider({
      partner: { id: 'ourPA', key: 'partner-key-1' },
      numbers: [
        {
          provider: '360dialog',
          numberId: id,
          displayNumber: '4915112345678',
          accountId: '2',
          key: 'key-first',
        },
      ],
    })
    const { url } = simulated
    await writeFile(
      join(folder, 'numbers.yaml'),
      `numbers:
  - alias: desk
    provider: 360dialog
    id: '${id}'
    api: ${url}
    credential: { kubernetesSecret: { name: desk-key, key: api-key } }
    partner: { id: ourPA, channel: '${id}', key: { env: PARTNER_KEY }, api: ${url} }
    webhook: { url: 'http://127.0.0.1:9/webhooks/desk' }
`,
    )
  })
  afterEach(async () => {
    await simulated.close()
    await rm(folder, { recursive: true })
  })

  function connect(number: NumberEntry, key: string): Provider {
    const provider = connectProvider(number, { readKey: async () => key })
    return {
      ...provider,
      async createKey() {
        made += 1
        return (await provider.createKey?.()) ?? ''
      },
    }
  }

  it(
    'is one of two that are begun at once: one key is made, stored, and works',
    async () => {
      const env = { PARTNER_KEY: 'partner-key-1' }
      const [number] = readNumbersFile(join(folder, 'numbers.yaml'), env)
      if (number === undefined) throw new Error('there is no number')
      const rotate = async (): Promise<string> => {
        const { steps } = await runRotation({
          number,
          store: await storeOf('toolbox'),
          offer: { kind: 'provider' },
          connect: (key) => connect(number, key),
          roundTrip: async () => ({ outcome: 'unasked' }),
          async perform(step, work) {
            // The other one waits to see whether this one lives.
            if (step === 'let_go') await delay(2 * RENEWED_EVERY_MS)
            return work()
          },
          onRetry: () => {},
          wait: async () => {},
        })
        return steps.join()
      }
      const outcomes = await Promise.allSettled([rotate(), rotate()])
      const done = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const failed = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
      expect(done).toEqual(['take,set_url,check_status,promote,round_trip,let_go'])
      expect(failed).toMatchObject([{ code: 'credential_busy' }])
      expect(made).toBe(1)
      const keys = await (await storeOf('watch')).read()
      expect(keys).toMatchObject({ next: null, previous: null })
      const provider = connect(number, keys.current ?? '')
      expect(await provider.readWebhook()).toMatchObject({ url: number.webhook.url })
      await provider.close()
    },
    TEST_TIMEOUT_MS,
  )
})
