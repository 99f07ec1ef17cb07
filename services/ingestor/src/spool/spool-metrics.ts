import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { type SpoolStatus } from './spool.ts'
import { quarantineReasons, spoolFailureCauses, type SpoolObserver } from './spool-observer.ts'

const WRITE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Counts what happens to the spool. */
export function createSpoolMetrics(registry: Registry): SpoolObserver {
  const registers = [registry]
  const appended = new Counter({
    name: 'wa_ingestor_spool_appended_total',
    help: 'webhooks made durable in the spool',
    registers,
  })
  const drained = new Counter({
    name: 'wa_ingestor_spool_drained_total',
    help: 'webhooks moved from the spool to Kafka',
    registers,
  })
  const quarantined = new Counter({
    name: 'wa_ingestor_spool_quarantined_files_total',
    help: 'files put aside because they cannot be read or Kafka refuses them',
    labelNames: ['reason'] as const,
    registers,
  })
  const failures = new Counter({
    name: 'wa_ingestor_spool_failures_total',
    help: 'failures of the disk, by step',
    labelNames: ['cause'] as const,
    registers,
  })
  const write = new Histogram({
    name: 'wa_ingestor_spool_write_seconds',
    help: 'time until a file is durable',
    buckets: WRITE_BUCKETS,
    registers,
  })
  for (const reason of quarantineReasons) quarantined.inc({ reason }, 0)
  for (const cause of spoolFailureCauses) failures.inc({ cause }, 0)
  return {
    fileWritten({ records, ms }) {
      appended.inc(records)
      write.observe(ms / 1_000)
    },
    recordsDrained: (count) => drained.inc(count),
    fileQuarantined: (_, reason) => quarantined.inc({ reason }),
    failed: (cause) => failures.inc({ cause }),
  }
}

/** `status` is asked at each scrape. */
export function registerSpoolGauges(
  registry: Registry,
  {
    status,
    bytesMax,
  }: {
    readonly status: () => SpoolStatus
    readonly bytesMax: number
  },
): void {
  const gauge = (name: string, help: string, read: (spool: SpoolStatus) => number): void => {
    const made = new Gauge({
      name: `wa_ingestor_spool_${name}`,
      help,
      registers: [registry],
      collect() {
        made.set(read(status()))
      },
    })
  }
  gauge('bytes', 'Bytes of the spool on disk.', ({ bytes }) => bytes)
  gauge('bytes_max', 'Bytes that the spool may take.', () => bytesMax)
  gauge(
    'files',
    'files not yet in Kafka: keep the instance while there are any',
    ({ files }) => files,
  )
  gauge(
    'quarantine_files',
    'files that were put aside and wait for a person',
    ({ quarantined }) => quarantined,
  )
  gauge('oldest_age_seconds', 'Age of the oldest file.', ({ oldestAgeMs }) => oldestAgeMs / 1_000)
  gauge(
    'over_watermark',
    '1 from the high watermark on until it is down to the low one.',
    ({ isOverWatermark }) => Number(isOverWatermark),
  )
  gauge('working', '1 while files can be written.', ({ failure }) => Number(failure === null))
}
