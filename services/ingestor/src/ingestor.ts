import { type RequestListener } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type ChainedProducer } from '@wabastream/processing'
import { type Health, type Logger, toHealth } from '@wabastream/service-host'
import { type Middleware } from 'koa'
import { type Registry } from 'prom-client'
import { Admission } from './admission.ts'
import { createAdminRoutes } from './admin-routes.ts'
import { createAuthenticator } from './authenticator.ts'
import { type Channel } from './channel.ts'
import { type IngestorConfig } from './config.ts'
import { createIngestorMetrics, type IngestorMetrics } from './ingestor-metrics.ts'
import { type PublicServerOptions, startPublicServer } from './public-server.ts'
import { createKafkaRawLog } from './raw-log.ts'
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

/** Listens at once; what cannot be made durable yet is refused, so that the provider keeps it. */
export async function startIngestor(options: IngestorOptions): Promise<Ingestor> {
  const { config, channels, registry, logger } = options
  const admission = new Admission({
    bytesMax: config.inFlightBytesMax, requestsMax: config.inFlightRequestsMax,
  })
  let isDraining = false
  const metrics: IngestorMetrics = createIngestorMetrics(registry, {
    inFlightBytes: () => admission.bytes,
    inFlightRequests: () => admission.requests,
    isKafkaAvailable: () => rawLog.isAvailable(),
  })
  const rawLog = createKafkaRawLog({
    producer: options.producer,
    topic: options.topic,
    batchBytesMax: config.batchBytesMax,
    inFlightBatchesMax: config.inFlightBatchesMax,
    ackTimeoutMs: config.ackTimeoutMs,
    release: (bytes) => admission.release(bytes),
    observer: {
      batchAcked: (batch) => metrics.batchAcked(batch),
      recordsRefused: (error) => logger.error({ err: error }, 'kafka refused webhooks'),
    },
  })
  const authenticator = createAuthenticator(channels)
  const app = createWebhookApp({
    authenticator, metrics,
    isDraining: () => isDraining,
    onError: (error) => logger.error({ err: error }, 'a request failed'),
    receiveWebhook: createReceiveWebhook({
      authenticator, rawLog, admission, metrics,
      bodyBytesMax: config.bodyBytesMax,
      isDraining: () => isDraining,
      nextReceiptId: createReceiptIds(),
    }),
  })
  const handle = app.callback()
  const listener: RequestListener = (request, response) => { void handle(request, response) }
  const server = await startPublicServer(listener, {
    ...config, tls: options.tls,
    onConnectionProblem: (problem) => metrics.connectionFailed(problem),
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
