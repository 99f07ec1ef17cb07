import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort, type GuardedProcess, startGuardedProcess } from '@wabastream/local-stack'
import { toolPath } from '../tools/install-tools.ts'
import { type ApiClient, type Connection, createApiClient } from './api-client.ts'

/** Ten seconds on an idle machine; other tests may run beside. */
const READY_TIMEOUT_MS = 300_000

export interface ApiServer {
  /** That of an administrator. */
  readonly client: ApiClient
  readonly connection: Connection
  stop(): Promise<void>
}

/**
 * A real etcd and a real API server on 127.0.0.1, with nothing in them. No controller and no
 * kubelet runs: objects are judged and stored, but no pod starts. Throws with the end of their
 * logs.
 */
export async function startApiServer(): Promise<ApiServer> {
  const directory = await mkdtemp(join(tmpdir(), 'wabastream-cluster-'))
  const started: GuardedProcess[] = []
  const stop = async (): Promise<void> => {
    // Nothing has to be kept, and an API server without its etcd never ends by itself.
    await Promise.all(started.map((process) => process.kill()))
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const etcdUrl = await startEtcd(directory, started)
    const connection = await startKubeApiServer(directory, etcdUrl, started)
    return { client: createApiClient(connection), connection, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startEtcd(directory: string, started: GuardedProcess[]): Promise<string> {
  const [url, peerUrl] = [
    `http://127.0.0.1:${await findFreePort()}`,
    `http://127.0.0.1:${await findFreePort()}`,
  ]
  const etcd = await startGuardedProcess({
    name: 'etcd',
    command: toolPath('cluster'),
    logFile: join(directory, 'etcd.log'),
    args: [
      'etcd',
      '--data-dir',
      join(directory, 'etcd'),
      '--log-level',
      'error',
      '--listen-client-urls',
      url,
      '--advertise-client-urls',
      url,
      '--listen-peer-urls',
      peerUrl,
      '--initial-advertise-peer-urls',
      peerUrl,
      '--initial-cluster',
      `default=${peerUrl}`,
    ],
  })
  started.push(etcd)
  await etcd.waitUntilReady(async () => (await fetch(`${url}/health`)).ok, READY_TIMEOUT_MS)
  return url
}

async function startKubeApiServer(
  directory: string,
  etcdUrl: string,
  started: GuardedProcess[],
): Promise<Connection> {
  const port = await findFreePort()
  const token = randomBytes(16).toString('hex')
  const certificates = join(directory, 'certificates')
  const [keyFile, tokenFile] = [join(directory, 'account.key'), join(directory, 'tokens.csv')]
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await mkdir(certificates)
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await writeFile(tokenFile, `${token},tester,tester,system:masters\n`)
  const server = await startGuardedProcess({
    name: 'kube-apiserver',
    command: toolPath('cluster'),
    logFile: join(directory, 'api-server.log'),
    args: [
      'kube-apiserver',
      '--etcd-servers',
      etcdUrl,
      '--bind-address',
      '127.0.0.1',
      '--advertise-address',
      '127.0.0.1',
      '--endpoint-reconciler-type',
      'none',
      '--secure-port',
      String(port),
      '--cert-dir',
      certificates,
      '--service-cluster-ip-range',
      '10.0.0.0/24',
      '--authorization-mode',
      'RBAC',
      '--token-auth-file',
      tokenFile,
      '--service-account-key-file',
      keyFile,
      '--service-account-signing-key-file',
      keyFile,
      '--service-account-issuer',
      'https://kubernetes.default.svc',
    ],
  })
  started.push(server)
  const connect = async (): Promise<Connection> => ({
    port,
    token,
    authority: await readFile(join(certificates, 'apiserver.crt'), 'utf8'),
  })
  await server.waitUntilReady(
    async () => (await createApiClient(await connect()).get('/readyz')).status === 200,
    READY_TIMEOUT_MS,
  )
  return connect()
}
