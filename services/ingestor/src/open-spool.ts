import { type ChainedProducer } from '@wabastream/processing'
import { type Logger, registerDiskGauges } from '@wabastream/service-host'
import { type Registry } from 'prom-client'
import { type IngestorConfig } from './config.ts'
import { createSpoolMetrics, registerSpoolGauges } from './spool/spool-metrics.ts'
import { openSpool, type Spool } from './spool/spool.ts'
import { type SpoolDisk } from './spool/spool-disk.ts'
import { type SpoolObserver } from './spool/spool-observer.ts'

const GATHER_MS = 10
const PROBE_INTERVAL_MS = 1_000
const LOG_INTERVAL_MS = 1_000

/** The spool as it is configured, measured and logged. */
export async function openConfiguredSpool(
  disk: SpoolDisk,
  options: {
    readonly config: Pick<
      IngestorConfig,
      | 'spoolDir'
      | 'spoolBytesMax'
      | 'spoolHighPercent'
      | 'spoolLowPercent'
      | 'batchBytesMax'
      | 'ackTimeoutMs'
    >
    readonly producer: Pick<ChainedProducer, 'send' | 'isHealthy'>
    readonly topic: string
    readonly registry: Registry
    readonly logger: Pick<Logger, 'error'>
  },
): Promise<Spool> {
  const { config, producer, topic, registry, logger } = options
  const bytesMax = config.spoolBytesMax
  const spool = await openSpool({
    disk,
    producer,
    topic,
    observer: withLog(createSpoolMetrics(registry), logger),
    limits: {
      bytesMax,
      bytesHigh: (bytesMax * config.spoolHighPercent) / 100,
      bytesLow: (bytesMax * config.spoolLowPercent) / 100,
    },
    gatherMs: GATHER_MS,
    fileBytesMax: config.batchBytesMax,
    appendTimeoutMs: config.ackTimeoutMs,
    probeIntervalMs: PROBE_INTERVAL_MS,
  })
  registerSpoolGauges(registry, { status: () => spool.status(), bytesMax })
  if (config.spoolDir !== undefined) {
    registerDiskGauges(registry, { prefix: 'wa_ingestor_spool', directory: config.spoolDir })
  }
  return spool
}

/** A disk that fails does so for every file: one line a second is enough, the metrics count. */
function withLog(metrics: SpoolObserver, logger: Pick<Logger, 'error'>): SpoolObserver {
  let loggedAtMs = -Infinity
  return {
    ...metrics,
    fileQuarantined(name, reason) {
      metrics.fileQuarantined(name, reason)
      logger.error({ file: name, reason }, 'a spooled file was put aside')
    },
    failed(cause, error) {
      metrics.failed(cause, error)
      if (performance.now() - loggedAtMs < LOG_INTERVAL_MS) return
      loggedAtMs = performance.now()
      logger.error({ cause, err: error }, 'the spool failed')
    },
  }
}
