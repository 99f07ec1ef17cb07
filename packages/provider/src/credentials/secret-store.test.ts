import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type Reply,
  type ScriptedServer,
  startScriptedServer,
} from '../http/scripted-server.fixture.ts'
import { openCredentialStore } from './open-store.ts'
import { type ClusterAccess, clusterAccessOf } from './secret-api.ts'
import { createSecretStore } from './secret-store.ts'

type SecretData = Record<string, string>
interface Patch {
  readonly data?: Readonly<Record<string, string | null>>
  readonly metadata?: { readonly resourceVersion?: string }
}

const encode = (text: string): string => Buffer.from(text).toString('base64')
const reference = { name: 'desk-key', key: 'api-key', namespace: null }
let folder: string
let server: ScriptedServer
let data: SecretData
let version: number
/** Instead of the Secret. */
let refusal: Reply | undefined
let access: ClusterAccess

/** A merge patch, as the API server applies it (RFC 7386). */
function applyPatch(patch: Patch): Reply {
  const wanted = patch.metadata?.resourceVersion
  if (wanted !== undefined && wanted !== String(version)) return { status: 409 }
  for (const [key, value] of Object.entries(patch.data ?? {})) {
    if (value === null) delete data[key]
    else data[key] = value
  }
  version += 1
  return show()
}

const show = (): Reply => ({ body: { data, metadata: { resourceVersion: String(version) } } })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pod-'))
  await writeFile(join(folder, 'token'), 'pod-token-1\n')
  await writeFile(join(folder, 'namespace'), 'wabastream')
  data = { 'api-key': encode('key-number-1\n'), other: encode('another') }
  version = 7
  refusal = undefined
  server = await startScriptedServer(({ body, headers, method }) => {
    if (refusal !== undefined) return refusal
    if (headers.authorization !== 'Bearer pod-token-1') return { status: 401 }
    if (method === 'GET') return show()
    return headers['content-type'] === 'application/merge-patch+json'
      ? applyPatch(body as Patch)
      : { status: 415 }
  })
  access = {
    api: server.url,
    tokenFile: join(folder, 'token'),
    namespaceFile: join(folder, 'namespace'),
    authoritiesFile: join(folder, 'none'),
  }
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

describe('a key in a Secret', () => {
  it('is read and changed through the API server, beside other keys', async () => {
    const store = createSecretStore(reference, access)
    expect(await store.read()).toEqual({ current: 'key-number-1', next: null, previous: null })
    await store.put('next', 'key-number-2')
    await store.promote('key-number-2')
    expect(await store.read()).toEqual({
      current: 'key-number-2',
      next: null,
      previous: 'key-number-1',
    })
    await store.put('previous', null)
    expect(data).toEqual({ 'api-key': encode('key-number-2'), other: encode('another') })
    const [first] = server.received
    expect(first?.path).toBe('/api/v1/namespaces/wabastream/secrets/desk-key')
  })

  it('is not made current if somebody has changed it meanwhile', async () => {
    const store = createSecretStore(reference, access)
    await store.put('next', 'key-number-2')
    const { received } = server
    const promoting = store.promote('key-number-2')
    while (received.at(-1)?.method !== 'GET') await new Promise(setImmediate)
    version += 1
    await expect(promoting).rejects.toMatchObject({
      code: 'credential_changed',
      message: expect.stringContaining('somebody else has just changed it'),
    })
    expect((await store.read()).current).toBe('key-number-1')
  })

  it.each([
    [{ status: 403, body: { message: 'no' } }, 'may not get it (403)'],
    [{ status: 404, body: {} }, 'there is no such Secret'],
    [{ status: 401, body: {} }, 'does not know this service account'],
    [{ status: 200, body: { data: { 'api-key': 17 } } }, 'in another shape'],
    [{ status: 200, body: '<html>' }, 'in another shape'],
    [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'a redirect'],
  ])('is not read from %j', async (reply, message) => {
    refusal = reply
    await expect(createSecretStore(reference, access).read()).rejects.toMatchObject({
      code: 'credential_unreadable',
      message: expect.stringContaining(message),
    })
  })

  it('is not read where the pod has no token', async () => {
    const store = createSecretStore(reference, { ...access, tokenFile: join(folder, 'none') })
    await expect(store.read()).rejects.toMatchObject({
      code: 'credential_unreadable',
      message: expect.stringContaining('this pod has no token of a service account'),
    })
  })

  it('is found from inside the cluster only', () => {
    const credential = { kind: 'kubernetes_secret', ...reference } as const
    expect(() => openCredentialStore(credential, {})).toThrow('from inside the cluster only')
    expect(clusterAccessOf({ KUBERNETES_SERVICE_HOST: 'fd00::1' })?.api.href).toBe(
      'https://[fd00::1]/',
    )
    const store = openCredentialStore(credential, { KUBERNETES_SERVICE_HOST: '10.0.0.1' })
    expect(store.placeOf('current')).toBe('Secret desk-key, key api-key')
  })
})
