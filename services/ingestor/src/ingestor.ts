import { type RequestListener } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type ChainedProducer } from '@wabastream/processing'
import { type Health, type Logger, toHealth } from '@wabastream/service-host'
import { type Middleware } from 'koa'
import { type Registry } from 'prom-client'
import { Admission } from './admission.ts'
import { createAdminRoutes } from './admin-routes.ts'
import { type Authenticator, createAuthenticator } from './authenticator.ts'
import { type Channel } from './channel.ts'
import { type IngestorConfig } from './config.ts'
import { createIngestorMetrics, type IngestorMetrics } from './ingestor-metrics.ts'
import { type PublicServerOptions, startPublicServer } from './public-server.ts'
import { createKafkaRawLog, type KafkaRawLog } from './raw-log.ts'
import { createReceiptIds } from './receipt-id.ts'
import { createReceiveWebhook } from './receive-webhook.ts'
import { createWebhookApp } from './webhook-app.ts'

export interface IngestorOptions {
  readonly config: Omit<IngestorConfig, 'kafkaBrokers' | 'channelsFile' | 'generation'>
  readonly tls: PublicServerOptions['tls']
  readonly channels: readonly Channel[]
  readonly producer: Pick<ChainedProducer, 'send' | 'isHealthy'>
  readonly topic: string
  readonly registry: Registry
  readonly logger: Pick<Logger, 'error'>
}

export interface Ingestor {
  readonly port: number
  readonly adminRoutes: readonly Middleware[]
  /** Until then webhooks are refused with 503: Kafka was not reached yet. */
  open(topic: { readonly partitionCount: number }): void
  isReady(): Health
  /** Readiness off, answers what came in, closes the connections. */
  stop(): Promise<void>
}

/** What a webhook passes through, apart from HTTP. */
interface Core {
  readonly admission: Admission
  readonly authenticator: Authenticator
  readonly metrics: IngestorMetrics
  readonly rawLog: KafkaRawLog
}

/** Listens at once; what cannot be made durable yet is refused, so that the provider keeps it. */
export async function startIngestor(options: IngestorOptions): Promise<Ingestor> {
  const { config, channels, tls } = options
  const core = createCore(options)
  const { admission, authenticator, metrics, rawLog } = core
  let isDraining = false
  const listener = createListener(core, options, () => isDraining)
  const server = await startPublicServer(listener, {
    ...config, tls, onConnectionProblem: (problem) => metrics.connectionFailed(problem),
  })
  return {
    port: server.port,
    adminRoutes: [createAdminRoutes({ channels, authenticator })],
    open: (topic) => rawLog.open(topic),
    isReady() {
      if (isDraining) return toHealth(['draining'])
      return toHealth(rawLog.isAvailable() ? [] : ['kafka takes no records'])
    },
    async stop() {
      isDraining = true
      await delay(config.drainDelayMs)
      await server.drain({ hasRequests: () => admission.requests > 0 })
      rawLog.close()
    },
  }
}

function createCore(options: IngestorOptions): Core {
  const { config, channels, logger, producer, registry, topic } = options
  const admission = new Admission({
    bytesMax: config.inFlightBytesMax, requestsMax: config.inFlightRequestsMax,
  })
  const metrics = createIngestorMetrics(registry, {
    inFlightBytes: () => admission.bytes,
    inFlightRequests: () => admission.requests,
    isKafkaAvailable: () => rawLog.isAvailable(),
  })
  const rawLog = createKafkaRawLog({
    producer,
    topic,
    batchBytesMax: config.batchBytesMax,
    inFlightBatchesMax: config.inFlightBatchesMax,
    batchSpacingMs: config.batchSpacingMs,
    ackTimeoutMs: config.ackTimeoutMs,
    release: (bytes) => admission.release(bytes),
    observer: {
      batchAcked: (batch) => metrics.batchAcked(batch),
      recordsRefused: (error) => logger.error({ err: error }, 'kafka refused webhooks'),
    },
  })
  return { admission, authenticator: createAuthenticator(channels), metrics, rawLog }
}

function createListener(
  core: Core, { config, logger }: IngestorOptions, isDraining: () => boolean,
): RequestListener {
  const app = createWebhookApp({
    ...core,
    isDraining,
    onError: (error) => logger.error({ err: error }, 'a request failed'),
    receiveWebhook: createReceiveWebhook({
      ...core, isDraining, bodyBytesMax: config.bodyBytesMax, nextReceiptId: createReceiptIds(),
    }),
  })
  const handle = app.callback()
  return (request, response) => { void handle(request, response) }
}
