import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Reply, startScriptedServer } from '../http/scripted-server.fixture.ts'
import { type ClusterAccess } from './secret-store.ts'

/** One Secret behind an API server, with its versions and merge patches (RFC 7386). */
export interface FakeSecret {
  readonly access: ClusterAccess
  isPatchDenied: boolean
  onDenied: () => void
  close(): Promise<void>
}

interface Patch {
  readonly data: Readonly<Record<string, string | null>>
  readonly metadata?: { readonly resourceVersion?: string }
}

export async function startFakeSecret(keys: Readonly<Record<string, string>>): Promise<FakeSecret> {
  const folder = await mkdtemp(join(tmpdir(), 'pod-'))
  await writeFile(join(folder, 'token'), 'pod-token-1\n')
  await writeFile(join(folder, 'namespace'), 'wabastream')
  let data: Record<string, string> = {}
  for (const [name, key] of Object.entries(keys)) data[name] = Buffer.from(key).toString('base64')
  let version = 1
  const show = (): Reply => ({ body: { data, metadata: { resourceVersion: String(version) } } })
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
    const changed: Record<string, string | null> = { ...data, ...patch.data }
    data = Object.fromEntries(
      Object.entries(changed).flatMap(([name, key]) => (key === null ? [] : [[name, key]])),
    )
    version += 1
    return show()
  })
  const secret: FakeSecret = {
    access: {
      api: server.url,
      tokenFile: join(folder, 'token'),
      namespaceFile: join(folder, 'namespace'),
      authoritiesFile: join(folder, 'none'),
    },
    isPatchDenied: false,
    onDenied: () => {},
    async close() {
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
  return secret
}
