import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClusterAccess } from '@wabastream/provider'
import { at } from '../tools/json.ts'
import { type ApiServer } from './api-server.ts'

/** What a kubelet mounts into pods, made by hand: no kubelet runs here. */
export interface Pods {
  /** The files of a new pod of that account: its token, its namespace, the server's authority. */
  accessOf(account: string): Promise<ClusterAccess>
  /** A new token of that account. */
  tokenOf(account: string): Promise<string>
  remove(): Promise<void>
}

export async function createPods(server: ApiServer, namespace: string): Promise<Pods> {
  const folder = await mkdtemp(join(tmpdir(), 'wabastream-pods-'))
  const tokenOf = (account: string): Promise<string> => createToken(server, namespace, account)
  return {
    tokenOf,
    async accessOf(account) {
      const mount = await mkdtemp(join(folder, `${account}-`))
      const files = {
        tokenFile: join(mount, 'token'),
        authoritiesFile: join(mount, 'ca.crt'),
        namespaceFile: join(mount, 'namespace'),
      }
      await writeFile(files.tokenFile, await tokenOf(account))
      await writeFile(files.authoritiesFile, server.connection.authority)
      await writeFile(files.namespaceFile, namespace)
      return { api: new URL(`https://127.0.0.1:${server.connection.port}`), ...files }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** As https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1. */
async function createToken(
  { client }: ApiServer,
  namespace: string,
  account: string,
): Promise<string> {
  const { body, status } = await client.post(
    `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3_600 },
    },
  )
  const token = at(body, 'status', 'token')
  if (typeof token === 'string') return token
  throw new Error(`no token of ${account} (${status}): ${String(at(body, 'message'))}`)
}
