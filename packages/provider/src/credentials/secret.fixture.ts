import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Reply, startScriptedServer } from '../http/scripted-server.fixture.ts'
import { type ClusterAccess } from './secret-api.ts'

/** One Secret behind an API server, with its versions and merge patches (RFC 7386). */
export interface FakeSecret {
  readonly access: ClusterAccess
  isPatchDenied: boolean
  readonly annotations: Readonly<Record<string, string>>
  /** What another client does to it, in whatever version it is. */
  change(patch: { readonly data?: Members; readonly annotations?: Members }): void
  onDenied: () => void
  close(): Promise<void>
}

type Members = Readonly<Record<string, string | null>>
interface Patch {
  readonly data?: Members
  readonly metadata?: { readonly resourceVersion?: string; readonly annotations?: Members }
}

function merged(former: Readonly<Record<string, string>>, patch: Members = {}) {
  const all: Members = { ...former, ...patch }
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
  )
}

export async function startFakeSecret(keys: Readonly<Record<string, string>>): Promise<FakeSecret> {
  const folder = await mkdtemp(join(tmpdir(), 'pod-'))
  await writeFile(join(folder, 'token'), 'pod-token-1\n')
  await writeFile(join(folder, 'namespace'), 'wabastream')
  let data: Record<string, string> = {}
  let annotations: Record<string, string> = {}
  for (const [name, key] of Object.entries(keys)) data[name] = Buffer.from(key).toString('base64')
  let version = 1
  const show = (): Reply => ({
    body: { data, metadata: { resourceVersion: String(version), annotations } },
  })
  const server = await startScriptedServer(({ body, method, path }) => {
    if (method === 'GET') return show()
    if (secret.isPatchDenied) {
      secret.onDenied()
      return { status: 403, body: {} }
    }
    const patch = body as Patch
    const wanted = patch.metadata?.resourceVersion
    if (wanted !== undefined && wanted !== String(version)) return { status: 409, body: {} }
    if (path.includes('dryRun=All')) return show()
    change({ ...patch, ...patch.metadata })
    return show()
  })
  function change(patch: { readonly data?: Members; readonly annotations?: Members }): void {
    data = merged(data, patch.data)
    annotations = merged(annotations, patch.annotations)
    version += 1
  }
  const secret: FakeSecret = {
    access: {
      api: server.url,
      tokenFile: join(folder, 'token'),
      namespaceFile: join(folder, 'namespace'),
      authoritiesFile: join(folder, 'none'),
    },
    isPatchDenied: false,
    get annotations() {
      return annotations
    },
    change,
    onDenied: () => {},
    async close() {
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
  return secret
}
