import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SimulatedProvider, startSimulatedProvider } from '@wabastream/simulator'

export const VERIFY_TOKEN = 'verify-me-please'
export const ids = { shop: '106540352242922', desk: '206540352242900', old: '306540352242900' }
/** Never to be shown. */
export const secrets = {
  shop: 'cloud-token-1',
  desk: 'dialog-key-1',
  old: 'admin:password-1',
  partner: 'partner-key-1',
  verifyToken: VERIFY_TOKEN,
  pathToken: 'path-token-1',
}

/** A simulated provider, our webhooks, and a file of numbers that names both. */
export interface ProviderSide {
  readonly simulated: SimulatedProvider
  readonly origin: string
  readonly numbersFile: string
  readonly keyPath: (alias: string) => string
  readKey(alias: string): Promise<string>
  /** What our URL answers a handshake with; 200 gives the challenge back. */
  status: number
  close(): Promise<void>
}

/** `api` is where the file says that the provider is; by default the simulated one itself. */
export async function startProviderSide(api?: string): Promise<ProviderSide> {
  const folder = await mkdtemp(join(tmpdir(), 'numbers-'))
  const endpoint = createServer((request, response) => {
    request.resume()
    const { searchParams } = new URL(request.url ?? '/', 'http://a')
    const isKnown = searchParams.get('hub.verify_token') === VERIFY_TOKEN
    const isHandshake = request.method === 'GET'
    const status = isHandshake && !isKnown ? 403 : side.status
    response.writeHead(status).end(status === 200 ? searchParams.get('hub.challenge') : '')
  })
  const origin = await listen(endpoint)
  const simulated = await startSimulatedProvider(options)
  const keyPath = (alias: string): string => join(folder, `${alias}.key`)
  const numbersFile = join(folder, 'numbers.yaml')
  await writeFile(join(folder, 'verify'), secrets.verifyToken)
  await writeFile(join(folder, 'partner'), secrets.partner)
  await writeFile(join(folder, 'path-token'), secrets.pathToken)
  for (const alias of ['shop', 'desk', 'old'] as const) {
    await writeFile(keyPath(alias), `${secrets[alias]}\n`)
  }
  await writeFile(numbersFile, fileOf(api ?? simulated.url, origin))
  const side: ProviderSide = {
    simulated,
    origin,
    numbersFile,
    keyPath,
    readKey: async (alias) => (await readFile(keyPath(alias), 'utf8')).trim(),
    status: 200,
    async close() {
      await simulated.close()
      endpoint.close()
      endpoint.closeAllConnections()
      await rm(folder, { recursive: true })
    },
  }
  return side
}

const common = { displayNumber: '15550783881', accountId: '102290129340398' }
const options = {
  partner: { id: 'ourPA', key: secrets.partner },
  numbers: [
    { ...common, provider: 'cloud-api', numberId: ids.shop, key: secrets.shop },
    { ...common, provider: '360dialog', numberId: ids.desk, key: secrets.desk, accountId: '2' },
    { ...common, provider: 'on-premises', numberId: ids.old, key: 'password-1', accountId: '' },
  ],
} as const

function fileOf(api: string, origin: string): string {
  return `
numbers:
  - alias: shop
    provider: cloud
    id: "${ids.shop}"
    account: "${common.accountId}"
    api: ${api}/v25.0
    credential: { file: shop.key }
    webhook: { url: "${origin}/webhooks/shop", verifyToken: { file: verify } }
  - alias: desk
    provider: 360dialog
    id: "${ids.desk}"
    api: ${api}
    partner: { id: ourPA, channel: "${ids.desk}", key: { file: partner }, api: ${api} }
    credential: { file: desk.key }
    webhook:
      url: "${origin}/webhooks/desk"
      pathToken: { file: path-token }
      verifyToken: { file: verify }
  - alias: old
    provider: onprem
    id: "${ids.old}"
    api: ${api}
    credential: { file: old.key }
    webhook: { url: "${origin}/webhooks/old" }
`
}

export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}
