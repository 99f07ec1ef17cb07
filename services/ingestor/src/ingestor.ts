import { setTimeout as delay } from 'node:timers/promises'
import { type ChainedProducer } from '@wabastream/processing'
import { type Health, type Logger } from '@wabastream/service-host'
import { type Tracing } from '@wabastream/tracing'
import { type Middleware } from 'koa'
import { type Registry } from 'prom-client'
import { Admission } from './admission/admission.ts'
import { type IncomingRequestListener } from './admission/incoming-request.ts'
import { StrangersBudget } from './admission/strangers-budget.ts'
import { createAdminRoutes } from './http/admin-routes.ts'
import { type Channel, clientAuthoritiesOf } from '@wabastream/channels'
import { createCheckLimit } from './http/check-limit.ts'
import { type IngestorConfig } from './config.ts'
import { ExchangeableAuthenticator } from './authentication/exchangeable-authenticator.ts'
import { createIngestorMetrics, type IngestorMetrics } from './http/ingestor-metrics.ts'
import { openConfiguredSpool } from './open-spool.ts'
import { createCertificateFinder } from './authentication/presented-certificate.ts'
import { withHealthPath } from './http/health-path.ts'
import { startPublicServer } from './http/public-server.ts'
import { createKafkaRawLog, type KafkaRawLog, type RawLog } from './raw-log/raw-log.ts'
import { toReadiness } from './http/readiness.ts'
import { createReceiptIds } from './raw-log/receipt-id.ts'
import { createReceiveWebhook, type ReceiveWebhookOptions } from './http/receive-webhook.ts'
import { createSpooledRawLog } from './spool/spooled-raw-log.ts'
import { type Spool } from './spool/spool.ts'
import { type SpoolDisk } from './spool/spool-disk.ts'
import { type KeyPair, TlsSettings } from './tls/tls-settings.ts'
import { createWebhookApp } from './http/webhook-app.ts'

/** Share of the time for a stop that is left for the connections to Kafka after the spool. */
const CLOSING_SHARE = 0.2
/** Share of the remaining time for a stop in which it waits for bodies that are still coming in. */
const READING_SHARE = 0.25
/** Share of the same time in which it waits for answers, so that the spool has its share, too. */
const ANSWERING_SHARE = 0.6

export interface IngestorOptions {
  readonly config: Omit<IngestorConfig, 'kafkaBrokers' | 'channelsFile' | 'generation'>
  readonly tls: KeyPair | null
  readonly channels: readonly Channel[]
  readonly producer: Pick<ChainedProducer, 'send' | 'isHealthy'>
  readonly topic: string
  /** Null switches the spool off. The ingestor releases it. */
  readonly spoolDisk: SpoolDisk | null
  readonly registry: Registry
  readonly logger: Pick<Logger, 'error'>
  readonly beginRequest: Tracing['beginRequest']
}

export interface Ingestor {
  readonly port: number
  readonly adminRoutes: readonly Middleware[]
  /** From the next request on. */
  useChannels(channels: readonly Channel[]): void
  /** From the next connection on. Throws if it cannot be used. */
  useCertificate(pair: KeyPair): void
  /** Until then webhooks are refused with 503, because Kafka was not reached yet. */
  open(topic: { readonly partitionCount: number }): void
  isReady(): Health
  /** Readiness off, answers what came in, closes the connections, empties the spool if it can. */
  stop(): Promise<void>
}

/** The parts that a webhook passes through, apart from HTTP. */
interface Core {
  readonly admission: Admission
  readonly strangers: StrangersBudget
  readonly authenticator: ExchangeableAuthenticator
  readonly metrics: IngestorMetrics
  readonly kafka: KafkaRawLog
  /** Kafka, and the spool if there is one. */
  readonly rawLog: RawLog
  readonly spool: Spool | null
}

/** Listens at once; what cannot be made durable yet is refused, so that the provider keeps it. */
export async function startIngestor(options: IngestorOptions): Promise<Ingestor> {
  const { config } = options
  const core = await createCore(options)
  const { admission, authenticator, kafka, metrics, spool, strangers } = core
  metrics.channelsKnown(authenticator.channels.map(({ name }) => name))
  let isDraining = false
  const tls = toTlsSettings(options)
  const listener = createListener(
    core,
    { ...options, tls },
    {
      isDraining: () => isDraining,
      onGenuine: (socket) => server.trust(socket),
    },
  )
  const isReady = (): Health =>
    toReadiness({
      isDraining,
      isKafkaAvailable: kafka.isAvailable(),
      spool: spool && { ...spool.status(), isAccepting: spool.isAccepting() },
    })
  const server = await startPublicServer(
    withHealthPath(
      {
        isReady: () => isReady().ok,
        onChecked: (isWell) => metrics.healthChecked(isWell),
      },
      listener,
    ),
    {
      ...config,
      tls,
      onConnectionProblem: (problem) => metrics.connectionFailed(problem),
    },
  )
  return {
    port: server.port,
    adminRoutes: [
      createAdminRoutes({
        channels: () => authenticator.channels,
        authenticator,
        limit: createCheckLimit(() => performance.now()),
        onChecked: (outcome) => metrics.credentialChecked(outcome),
      }),
    ],
    useChannels(next) {
      authenticator.use(next)
      metrics.channelsKnown(next.map(({ name }) => name))
      tls?.useClientAuthorities(clientAuthorities(next, config))
    },
    useCertificate: (pair) => tls?.usePair(pair),
    open(topic) {
      kafka.open(topic)
      spool?.startDraining(topic)
    },
    isReady,
    async stop() {
      const deadlineMs = performance.now() + config.shutdownTimeoutMs * (1 - CLOSING_SHARE)
      isDraining = true
      await delay(config.drainDelayMs)
      const msLeft = deadlineMs - performance.now()
      await server.drain({
        hasRequests: () => admission.requests > 0,
        readingMsMax: Math.min(config.requestTimeoutMs, msLeft * READING_SHARE),
        msMax: msLeft * ANSWERING_SHARE,
      })
      await spool?.drain(deadlineMs - performance.now())
      await spool?.close()
      kafka.close()
      strangers.close()
    },
  }
}

function toTlsSettings({ channels, config, tls }: IngestorOptions): TlsSettings | null {
  return tls === null ? null : new TlsSettings(tls, clientAuthorities(channels, config))
}

/**
 * None if an ingress asks for the clients' certificates: those that arrive here are the ingress's.
 */
function clientAuthorities(
  channels: readonly Channel[],
  config: IngestorOptions['config'],
): readonly string[] {
  return config.clientCertificateHeader === undefined ? clientAuthoritiesOf(channels) : []
}

async function createCore(options: IngestorOptions): Promise<Core> {
  const { config, channels, registry, spoolDisk } = options
  const admission = new Admission({
    bytesMax: config.inFlightBytesMax,
    requestsMax: config.inFlightRequestsMax,
  })
  const strangers = new StrangersBudget({
    bytesMax: config.strangersBytesMax,
    bytesPerSecondMin: config.strangersRateMin,
  })
  const metrics = createIngestorMetrics(registry, {
    inFlightBytes: () => admission.bytes,
    strangersBytes: () => strangers.bytes,
    inFlightRequests: () => admission.requests,
    isKafkaAvailable: () => kafka.isAvailable(),
  })
  const kafka = createRawLog(options, metrics)
  const spool = spoolDisk === null ? null : await openConfiguredSpool(spoolDisk, options)
  return {
    admission,
    strangers,
    metrics,
    kafka,
    spool,
    authenticator: new ExchangeableAuthenticator(channels),
    rawLog: spool === null ? kafka : createSpooledRawLog({ kafka, spool }),
  }
}

function createRawLog(
  { config, logger, producer, spoolDisk, topic }: IngestorOptions,
  metrics: IngestorMetrics,
): KafkaRawLog {
  const { ackTimeoutMs, spoolAfterMs } = config
  return createKafkaRawLog({
    producer,
    topic,
    batchBytesMax: config.batchBytesMax,
    inFlightBatchesMax: config.inFlightBatchesMax,
    batchSpacingMs: config.batchSpacingMs,
    ackTimeoutMs: spoolDisk === null ? ackTimeoutMs : Math.min(ackTimeoutMs, spoolAfterMs),
    observer: {
      batchAcked: (batch) => metrics.batchAcked(batch),
      recordsRefused: (error) => logger.error({ err: error }, 'kafka refused webhooks'),
    },
  })
}

function createListener(
  core: Core,
  {
    beginRequest,
    config,
    logger,
    tls,
  }: Omit<IngestorOptions, 'tls'> & {
    readonly tls: TlsSettings | null
  },
  { isDraining, onGenuine }: Pick<ReceiveWebhookOptions, 'isDraining' | 'onGenuine'>,
): IncomingRequestListener {
  return createWebhookApp({
    ...core,
    isDraining,
    onError: (error) => logger.error({ err: error }, 'a request failed'),
    receiveWebhook: createReceiveWebhook({
      ...core,
      isDraining,
      onGenuine,
      beginRequest,
      bodyBytesMax: config.bodyBytesMax,
      nextReceiptId: createReceiptIds(),
      findCertificate: createCertificateFinder(config.clientCertificateHeader, tls),
    }),
  })
}
