import { closedSets } from '@wabastream/contracts'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const LATENCY_SECONDS = [
  0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60, 300, 1_800, 7_200,
]

export type TimelineMetrics = ReturnType<typeof createTimelineMetrics>

/** Labels are partitions and kinds of transitions: closed sets. */
export function createTimelineMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['partition'] as const
  const transitions = new Counter({
    name: 'wa_timeline_transitions_total',
    registers,
    labelNames: ['kind'] as const,
    help: 'status changes: filled_in came late, conflicted both failed and was delivered',
  })
  for (const kind of closedSets.TransitionKind) transitions.inc({ kind }, 0)
  return {
    transitions,
    ...createEventCounters(registers),
    latency: new Histogram({
      name: 'wa_timeline_ingest_to_timeline_seconds',
      registers,
      buckets: LATENCY_SECONDS,
      help: 'time from the acceptance of a webhook to its committed timeline, for every 16th event',
    }),
    failures: new Counter({
      name: 'wa_timeline_partition_failures_total',
      registers,
      help: 'failures after which a partition was taken as if newly assigned',
    }),
    restoredRecords: new Counter({
      name: 'wa_timeline_restored_records_total',
      registers,
      help: 'changelog records read to restore state',
    }),
    restoreRemaining: new Gauge({
      name: 'wa_timeline_restore_remaining_records',
      registers,
      labelNames,
      help: 'changelog offsets that a restore still has to read; 0 when it is done',
    }),
    watermarkLag: new Gauge({
      name: 'wa_timeline_watermark_lag_seconds',
      registers,
      labelNames,
      help:
        'receivedAt of the raw partition read furthest less that of the one read least far; ' +
        'expired timelines are removed by the latter',
    }),
    restoreDuration: new Gauge({
      name: 'wa_timeline_restore_duration_seconds',
      registers,
      labelNames,
      help: 'time that the last restore took',
    }),
  }
}

function createEventCounters(registers: Registry[]) {
  const count = (name: string, help: string) =>
    new Counter({ name: `wa_timeline_${name}_total`, registers, help })
  return {
    records: count('records', 'records of the events topic that were committed'),
    events: count('events', 'events about messages that were folded'),
    duplicates: count('duplicates', 'events that told nothing new'),
    late: count('late', 'statuses that came after a higher one'),
    conflicts: count('conflicts', 'messages that both failed and were delivered'),
    headless: count('headless', 'timelines that began with an event that is no beginning'),
    written: count('written', 'timelines written'),
    expired: count('expired', 'timelines forgotten'),
    deadLetters: count('dead_letters', 'events that could not be read'),
  }
}
