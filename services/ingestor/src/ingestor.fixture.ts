import { createHmac } from 'node:crypto'
import { noTracing } from '@wabastream/tracing'
import { Registry } from 'prom-client'
import { type Channel, META_SIGNATURE } from '@wabastream/channels'
import { configSchema } from './config.ts'
import { type Ingestor, type IngestorOptions, startIngestor } from './ingestor.ts'
import { ManualProducer } from './raw-log/manual-producer.fixture.ts'
import { type SpoolDisk } from './spool/spool-disk.ts'

const SECRET = 'an app secret'

export const testChannels: readonly Channel[] = [
  {
    name: 'main',
    dialect: 'cloud',
    numberId: null,
    verifyToken: 'verify me',
    strategies: [{ kind: 'hmac', ...META_SIGNATURE, secrets: [{ id: 'app-1', secret: SECRET }] }],
  },
  {
    name: 'legacy',
    dialect: 'flat',
    numberId: '4915',
    verifyToken: null,
    strategies: [{ kind: 'path_token', secrets: [{ id: 'url-1', secret: 'a url token' }] }],
  },
]

/** For tests: an ingestor on a free port, by default before a producer that acks at once. */
export interface TestIngestor {
  readonly ingestor: Ingestor
  readonly producer: ManualProducer
  readonly registry: Registry
  readonly port: number
}

/** Settings by their names in the configuration, as text. */
export type TestSettings = Readonly<Record<string, string>>

export async function startTestIngestor(
  options: {
    readonly env?: TestSettings
    readonly tls?: IngestorOptions['tls']
    readonly isOpen?: boolean
    readonly channels?: readonly Channel[]
    readonly logger?: IngestorOptions['logger']
    readonly beginRequest?: IngestorOptions['beginRequest']
  } = {},
): Promise<TestIngestor> {
  const producer = new ManualProducer()
  producer.isAutomatic = true
  const registry = new Registry()
  const { env = {}, tls = null, isOpen = true, channels = testChannels } = options
  const { beginRequest, logger } = options
  const ingestor = await startIngestorWith({
    env,
    tls,
    producer,
    topic: 'raw',
    registry,
    channels,
    ...(logger !== undefined && { logger }),
    ...(beginRequest !== undefined && { beginRequest }),
  })
  if (isOpen) ingestor.open({ partitionCount: 3 })
  return { ingestor, producer, registry, port: ingestor.port }
}

export function startIngestorWith(options: {
  readonly env: TestSettings
  readonly tls: IngestorOptions['tls']
  readonly producer: IngestorOptions['producer']
  readonly topic: string
  readonly registry: Registry
  readonly spoolDisk?: SpoolDisk
  readonly channels?: readonly Channel[]
  readonly logger?: IngestorOptions['logger']
  readonly beginRequest?: IngestorOptions['beginRequest']
}): Promise<Ingestor> {
  const { env, spoolDisk = null, channels = testChannels, ...rest } = options
  const config = configSchema.parse({
    kafkaBrokers: 'unused:9092',
    channelsFile: 'unused',
    host: '127.0.0.1',
    port: '0',
    ...env,
  })
  return startIngestor({
    logger: { error: () => {} },
    beginRequest: noTracing.beginRequest,
    ...rest,
    config,
    spoolDisk,
    channels,
  })
}

/** The headers of an authentic body. */
export function signedHeaders(body: Uint8Array | string): Readonly<Record<string, string>> {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex')
  return { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` }
}
