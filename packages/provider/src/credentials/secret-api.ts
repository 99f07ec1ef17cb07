import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { isSuccess } from '../http/answer.ts'
import { createJsonClient, type JsonAnswer } from '../http/json-client.ts'
import { ProviderError } from '../port/provider-error.ts'
import { CredentialError, type CredentialErrorCode } from './credential-store.ts'

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
  metadata: z.object({
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
})

/** As https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1. */
export type Secret = z.output<typeof secretSchema>

/** A merge patch (RFC 7386) of the version that it names. */
export interface SecretPatch {
  readonly data?: Readonly<Record<string, string | null>>
  readonly metadata: {
    readonly resourceVersion: string
    readonly annotations?: Readonly<Record<string, string | null>>
  }
}

export interface SecretReference {
  readonly name: string
  readonly key: string
  readonly namespace: string | null
}

/** One Secret behind the API server. */
export interface SecretApi {
  /** Throws a CredentialError, `credential_unreadable`. */
  get(): Promise<Secret>
  /**
   * The Secret as it is then, or would be. Throws a CredentialError, `credential_unwritable`, or
   * `credential_changed` if it has another version by now.
   */
  patch(patch: SecretPatch, options?: { readonly isDryRun: boolean }): Promise<Secret>
}

interface SecretRequest {
  readonly method: 'GET' | 'PATCH'
  readonly body?: SecretPatch
  readonly query?: Readonly<Record<string, string>>
}

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

/** Asks with `get` and `patch` only, which is all that the Role has to allow. */
export function createSecretApi(reference: SecretReference, access: ClusterAccess): SecretApi {
  const place = `Secret ${reference.name}`

  async function call(code: CredentialErrorCode, request: SecretRequest): Promise<Secret> {
    try {
      const answer = await send(reference, access, request)
      const parsed = secretSchema.safeParse(answer.body)
      if (isSuccess(answer) && parsed.success) return parsed.data
      const why = answer.status === CONFLICT ? 'credential_changed' : code
      throw new CredentialError(why, `${place}: ${describe(answer, request.method)}`)
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      throw new CredentialError(code, `${place}, API server: ${error.message}`, error)
    }
  }

  return {
    get: () => call('credential_unreadable', { method: 'GET' }),
    // https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run: allowed to whom the
    // change itself is, and not kept.
    patch: (body, { isDryRun } = { isDryRun: false }) =>
      call('credential_unwritable', {
        method: 'PATCH',
        body,
        ...(isDryRun ? { query: { dryRun: 'All' } } : {}),
      }),
  }
}

/** Token and authorities are read each time: Kubernetes renews them. */
async function send(
  { name, namespace: named }: SecretReference,
  access: ClusterAccess,
  request: SecretRequest,
): Promise<JsonAnswer> {
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

async function readPodFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const message =
      `${path} cannot be read: this pod has no token of a service account. In the chart, toolbox, ` +
      'watch and read-receipts have one where `numbers` names Secrets (docs/numbers.md, "On Kubernetes")'
    throw new CredentialError('credential_unreadable', message, error)
  }
}

function describe({ status }: JsonAnswer, method: 'GET' | 'PATCH'): string {
  const verb = method === 'GET' ? 'get' : 'patch'
  if (status === 401) return 'the API server does not know this service account (401)'
  if (status === 403) {
    return (
      `the service account of this pod may not ${verb} it (403): give it a Role that allows it ` +
      '(docs/numbers.md, "On Kubernetes")'
    )
  }
  if (status === 404) return 'there is no such Secret (404)'
  if (status === 422) return 'the API server refuses the change (422): is the Secret immutable?'
  if (status === 409) return 'somebody else has just changed it (409): run the command again'
  return `the API server answered ${status}, in another shape than documented`
}
