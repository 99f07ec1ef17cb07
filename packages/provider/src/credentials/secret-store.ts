import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { isSuccess } from '../http/answer.ts'
import { createJsonClient, type JsonAnswer } from '../http/json-client.ts'
import { ProviderError } from '../port/provider-error.ts'
import {
  CredentialError,
  type CredentialErrorCode,
  type CredentialStore,
  isToPromote,
  type KeyChanges,
  type Slot,
  slots,
  type StoredKeys,
  toStoredKeys,
} from './credential-store.ts'

/** Where a pod finds its API server, and who it is. */
export interface ClusterAccess {
  readonly api: URL
  readonly tokenFile: string
  readonly authoritiesFile: string
  readonly namespaceFile: string
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'
const CONFLICT = 409
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
const secretSchema = z.object({
  data: z.record(z.string(), z.string().regex(BASE64)).nullish(),
  metadata: z.object({ resourceVersion: z.string() }),
})

/**
 * As https://kubernetes.io/docs/tasks/run-application/access-api-from-pod says. Undefined where no
 * pod runs.
 */
export function clusterAccessOf(
  env: Readonly<Record<string, string | undefined>>,
): ClusterAccess | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env
  if (host === undefined || host === '') return undefined
  const api = URL.parse(`https://${host.includes(':') ? `[${host}]` : host}:${port}`)
  if (api === null) return undefined
  return {
    api,
    tokenFile: `${ACCOUNT}/token`,
    authoritiesFile: `${ACCOUNT}/ca.crt`,
    namespaceFile: `${ACCOUNT}/namespace`,
  }
}

interface SecretReference {
  readonly name: string
  readonly key: string
  readonly namespace: string | null
}

interface SecretRequest {
  readonly method: 'GET' | 'PATCH'
  readonly body?: unknown
  readonly query?: Readonly<Record<string, string>>
}

/**
 * Keys in one Secret, under `<key>`, `<key>.next` and `<key>.previous`, read and changed through
 * the API server with `get` and `patch`:
 * https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1
 *
 * Every change names the version that was read last, so nobody writes over what another has just
 * written; that is all that keeps others away.
 */
export function createSecretStore(
  reference: SecretReference,
  access: ClusterAccess,
): CredentialStore {
  const { key: keyName, name } = reference
  const keyOf = (slot: Slot): string => (slot === 'current' ? keyName : `${keyName}.${slot}`)
  /** Of what was read or written last. */
  let version: string | undefined

  const call = createCalls(reference, access)

  async function change(
    changes: KeyChanges,
    query: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    if (version === undefined) await read()
    const data = Object.fromEntries(
      slots.flatMap((slot) => {
        const key = changes[slot]
        return key === undefined ? [] : [[keyOf(slot), key === null ? null : encode(key)] as const]
      }),
    )
    const body = { data, metadata: { resourceVersion: version } }
    const { metadata } = await call('credential_unwritable', { method: 'PATCH', body, query })
    if (query['dryRun'] === undefined) version = metadata.resourceVersion
  }

  async function read(): Promise<StoredKeys> {
    const { data, metadata } = await call('credential_unreadable', { method: 'GET' })
    const keyIn = (slot: Slot): string | null => {
      const text = Buffer.from(data?.[keyOf(slot)] ?? '', 'base64')
        .toString('utf8')
        .trim()
      return text === '' ? null : text
    }
    version = metadata.resourceVersion
    return toStoredKeys({
      current: keyIn('current'),
      next: keyIn('next'),
      previous: keyIn('previous'),
    })
  }

  return {
    placeOf: (slot) => `Secret ${name}, key ${keyOf(slot)}`,
    read,
    put: (slot, key) => change({ [slot]: key }),
    async promote(expected) {
      const keys = await read()
      if (!isToPromote(keys, expected)) return
      // All at once, and only if nobody has changed it meanwhile.
      await change({ current: expected, next: null, previous: keys.current })
    },
    // https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run: allowed to whom the
    // change itself is, and not kept.
    async checkWritable() {
      const { current, next } = await read()
      await change({ next: next ?? current ?? 'a-key-to-be-made' }, { dryRun: 'All' })
    },
    hold: async () => async () => {},
  }
}

/** Asks the API server about the Secret. What is thrown has that code, or `credential_changed`. */
function createCalls(
  { name, namespace: named }: SecretReference,
  access: ClusterAccess,
): (code: CredentialErrorCode, request: SecretRequest) => Promise<z.output<typeof secretSchema>> {
  const place = `Secret ${name}`

  async function call(
    code: CredentialErrorCode,
    request: SecretRequest,
  ): Promise<z.output<typeof secretSchema>> {
    try {
      const answer = await send(request)
      const parsed = secretSchema.safeParse(answer.body)
      if (isSuccess(answer) && parsed.success) return parsed.data
      const why = answer.status === CONFLICT ? 'credential_changed' : code
      throw new CredentialError(why, `${place}: ${describe(answer, request.method)}`)
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      throw new CredentialError(code, `${place}, API server: ${error.message}`, error)
    }
  }

  /** Token and authorities are read each time: Kubernetes renews them. */
  async function send(request: SecretRequest): Promise<JsonAnswer> {
    const [token, authorities, namespace] = await Promise.all([
      readPodFile(access.tokenFile),
      access.api.protocol === 'https:' ? readPodFile(access.authoritiesFile) : null,
      named ?? readPodFile(access.namespaceFile),
    ])
    const client = createJsonClient(access.api, { authorities })
    try {
      return await client.send({
        ...request,
        path: ['api', 'v1', 'namespaces', namespace.trim(), 'secrets', name],
        headers: { authorization: `Bearer ${token.trim()}` },
        contentType: 'application/merge-patch+json',
      })
    } finally {
      await client.close()
    }
  }

  return call
}

async function readPodFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const message = `${path} cannot be read: has the pod a service account? Those of the chart have none (docs/numbers.md, "On Kubernetes")`
    throw new CredentialError('credential_unreadable', message, error)
  }
}

function encode(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64')
}

function describe({ status }: JsonAnswer, method: 'GET' | 'PATCH'): string {
  const verb = method === 'GET' ? 'get' : 'patch'
  if (status === 401) return 'the API server does not know this service account (401)'
  if (status === 403)
    return `the service account may not ${verb} it (403): give it a Role that does`
  if (status === 404) return 'there is no such Secret (404)'
  if (status === 409) return 'somebody else has just changed it (409): run the command again'
  return `the API server answered ${status}, in another shape than documented`
}
