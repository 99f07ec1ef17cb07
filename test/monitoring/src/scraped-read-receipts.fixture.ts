import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type WabastreamProcess } from '@wabastream/end-to-end'
import { findFreePort } from '@wabastream/local-stack'
import { type ScrapedService, startScrapedService } from './scraped-service.fixture.ts'

/** The number of the example traffic's first channel, whose messages are marked on receipt. */
const NUMBER = '106540352242922'
const CHANNELS = ['cloud']

/** Read receipts beside a wabastream that runs, and a provider that accepts every mark. */
export async function startScrapedReadReceipts(
  { brokers, schemaRegistryUrl }: WabastreamProcess,
  directory: string,
): Promise<ScrapedService> {
  const provider = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"success":true}')
    })
  })
  const port = await findFreePort()
  provider.listen(port, '127.0.0.1')
  await once(provider, 'listening')
  const pathOf = (name: string): string => join(directory, `receipts-${name}`)
  await writeFile(pathOf('key'), 'key-of-the-number')
  const number = {
    alias: 'shop',
    provider: 'cloud',
    id: NUMBER,
    api: `http://127.0.0.1:${port}/v1`,
    credential: { file: pathOf('key') },
    webhook: { url: 'https://example.com/webhooks/main', verifyToken: { file: pathOf('key') } },
  }
  const channels = CHANNELS.map((name) => ({ name, policy: 'on_receipt' }))
  await writeFile(pathOf('numbers.yaml'), JSON.stringify({ numbers: [number] }))
  await writeFile(pathOf('policies.yaml'), JSON.stringify({ channels }))
  const service = await startScrapedService('read-receipts', {
    KAFKA_BROKERS: brokers.join(','),
    SCHEMA_REGISTRY_URL: schemaRegistryUrl,
    NUMBERS_FILE: pathOf('numbers.yaml'),
    READ_RECEIPTS_FILE: pathOf('policies.yaml'),
  })
  return {
    address: service.address,
    async stop() {
      await service.stop()
      provider.close()
      provider.closeAllConnections()
    },
  }
}
