import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ProgramName } from '@wabastream/contracts'
import { findFreePort } from '@wabastream/local-stack'
import { startSimulatedProvider } from '@wabastream/simulator'
import { type FaultScene } from '../harness/fault-case.ts'
import { type HttpFaultProxy, startHttpFaultProxy } from '../harness/http-fault-proxy.ts'
import { ServiceInstance } from '../harness/service-instance.ts'

export const NUMBER = '106540352242922'
const KEY = 'key-of-the-number'
const SECRET = 'simulated-app-secret'

/** Customers write by a simulated provider, which is asked to mark what they wrote. */
export interface ReceiptsScene {
  readonly instance: ServiceInstance<ProgramName>
  /** Before the provider's API. */
  readonly api: HttpFaultProxy
  /** Ids of all messages that customers have written. */
  readonly written: readonly string[]
  /** Lets customers write at a rate for as long as the work goes on. */
  writeDuring(ratePerSecond: number, work: () => Promise<void>): Promise<void>
  /** By message, how often the provider has marked it. */
  marks(): ReadonlyMap<string, number>
  close(): Promise<void>
}

export async function openReceiptsScene({ pipeline }: FaultScene): Promise<ReceiptsScene> {
  const provider = await startSimulatedProvider({
    app: { secret: SECRET },
    numbers: [
      {
        provider: 'cloud-api',
        numberId: NUMBER,
        displayNumber: '15550783881',
        accountId: '102290129340398',
        key: KEY,
        webhookUrl: `${pipeline.webhookUrls[0]}/webhooks/cloud`,
      },
    ],
    timeFactor: 60,
  })
  const api = await startHttpFaultProxy(provider.url)
  const instance = await createInstance(pipeline, api.url)
  await instance.start()
  await instance.untilReady()
  const written: string[] = []
  return {
    instance,
    api,
    written,
    async writeDuring(ratePerSecond, work) {
      let isOver = false
      const working = work().finally(() => {
        isOver = true
      })
      const write = async (): Promise<void> => {
        while (!isOver) {
          const from = `4915${String(10_000_000 + (written.length % 500))}`
          const content = { type: 'text', text: { body: `message ${written.length}` } }
          written.push(provider.receive(NUMBER, { from, content }))
          await delay(1_000 / ratePerSecond)
        }
      }
      await Promise.all([working, write()])
    },
    marks() {
      const read = provider.state().numbers.flatMap((number) => number.read)
      return new Map(read.map(({ messageId, times }) => [messageId, times]))
    },
    async close() {
      await instance.stop()
      await api.close()
      await provider.close()
    },
  }
}

async function createInstance(
  { cluster, directory, schemaRegistryUrl }: FaultScene['pipeline'],
  apiUrl: string,
): Promise<ServiceInstance<ProgramName>> {
  const pathOf = (name: string): string => join(directory, name)
  await writeFile(pathOf('key'), KEY)
  const number = {
    alias: 'shop',
    provider: 'cloud',
    id: NUMBER,
    api: `${apiUrl}/v25.0`,
    credential: { file: pathOf('key') },
    webhook: { url: 'https://example.com/webhooks/cloud', verifyToken: { file: pathOf('key') } },
  }
  await writeFile(pathOf('numbers.yaml'), JSON.stringify({ numbers: [number] }))
  const channels = [{ name: 'cloud', policy: 'on_receipt' }]
  await writeFile(pathOf('read-receipts.yaml'), JSON.stringify({ channels }))
  return new ServiceInstance({
    service: 'read-receipts',
    number: 1,
    adminPort: await findFreePort(),
    directory: pathOf('logs'),
    environment: {
      KAFKA_BROKERS: cluster.proxiedAddresses.join(','),
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      NUMBERS_FILE: pathOf('numbers.yaml'),
      READ_RECEIPTS_FILE: pathOf('read-receipts.yaml'),
      SESSION_TIMEOUT_MS: '6000',
      MARKS_PER_SECOND: '500',
    },
  })
}
