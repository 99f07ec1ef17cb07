import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const LATENCY_SECONDS = [
  0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60, 300, 1_800, 7_200,
]

export type StatefulMetrics = ReturnType<typeof createStatefulMetrics>

/** Named `wa_<component>_…`. Partitions are the only labels. */
export function createStatefulMetrics(registry: Registry, component: string) {
  const registers = [registry]
  return {
    ...createRunCounters(registers, component),
    ...createRestoreMetrics(registers, component),
    latency: new Histogram({
      name: `wa_${component}_ingest_to_${component}_seconds`,
      registers,
      buckets: LATENCY_SECONDS,
      help: `time from the acceptance of a webhook to its committed ${component}, for every 16th event`,
    }),
    watermarkLag: new Gauge({
      name: `wa_${component}_watermark_lag_seconds`,
      registers,
      labelNames: ['partition'],
      help:
        'receivedAt of the raw partition read furthest less that of the one read least far; ' +
        'expired state is removed by the latter',
    }),
  }
}

function createRunCounters(registers: Registry[], component: string) {
  const count = (name: string, help: string) =>
    new Counter({ name: `wa_${component}_${name}_total`, registers, help })
  return {
    records: count('records', 'records of the input topic that were committed'),
    events: count('events', 'events that were folded'),
    written: count('written', 'states written'),
    expired: count('expired', 'states removed because they expired'),
    deadLetters: count('dead_letters', 'events that could not be read'),
    failures: count(
      'partition_failures',
      'failures after which a partition was taken as if newly assigned',
    ),
  }
}

function createRestoreMetrics(registers: Registry[], component: string) {
  return {
    restoredRecords: new Counter({
      name: `wa_${component}_restored_records_total`,
      registers,
      help: 'changelog records read to restore state',
    }),
    restoreRemaining: new Gauge({
      name: `wa_${component}_restore_remaining_records`,
      registers,
      labelNames: ['partition'],
      help: 'changelog offsets that a restore still has to read; 0 when it is done',
    }),
    restoreDuration: new Gauge({
      name: `wa_${component}_restore_duration_seconds`,
      registers,
      labelNames: ['partition'],
      help: 'time that the last restore took',
    }),
  }
}
