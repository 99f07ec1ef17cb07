import { insertFailures } from '@wabastream/processing'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const ROWS = [1, 10, 100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000]
const BYTES = [1e3, 1e4, 1e5, 1e6, 2e6, 4e6, 8e6, 16e6]
const DURATION_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const LATENCY_SECONDS = [
  0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 1_800, 7_200,
]

const REJECTIONS = ['schema_rejected', 'sink_rejected'] as const

export type SinkMetrics<Table extends string = string> = ReturnType<typeof createSinkMetrics<Table>>

/**
 * Every sink has these under the same names, so that alerts and panels hold for all of them:
 * the registry adds the service, and tables, causes and reasons are closed sets.
 */
export function createSinkMetrics<Table extends string>(
  registry: Registry,
  tables: readonly Table[],
) {
  const registers = [registry]
  const labelNames = ['table'] as const
  const stopped = new Gauge({
    name: 'wa_sink_stopped',
    registers,
    labelNames,
    help: '1 while a table or a column that rows need is missing: a person has to repair it',
  })
  for (const table of tables) stopped.set({ table }, 0)
  return {
    ...createSinkCounters(registers, tables),
    tables,
    stopped,
    batchRows: new Histogram({
      name: 'wa_sink_batch_rows',
      registers,
      labelNames,
      buckets: ROWS,
      help: 'rows per batch of a partition',
    }),
    batchBytes: new Histogram({
      name: 'wa_sink_batch_bytes',
      registers,
      labelNames,
      buckets: BYTES,
      help: 'bytes per batch of a partition, before compression',
    }),
    insertDuration: new Histogram({
      name: 'wa_sink_insert_duration_seconds',
      registers,
      labelNames,
      buckets: DURATION_SECONDS,
      help: 'time of each successful insert, which may carry batches of several partitions',
    }),
    rowLatency: new Histogram({
      name: 'wa_sink_ingest_to_row_seconds',
      registers,
      labelNames,
      buckets: LATENCY_SECONDS,
      help: 'time from the acceptance of a webhook to its row, for a sample of each batch',
    }),
  }
}

/** Series that exist before the first case: a rate needs a beginning. */
function createSinkCounters(registers: Registry[], tables: readonly string[]) {
  const failures = new Counter({
    name: 'wa_sink_insert_failures_total',
    registers,
    labelNames: ['table', 'cause'] as const,
    help: 'inserts and look-ups that failed and were tried again or split',
  })
  const deadLetters = new Counter({
    name: 'wa_sink_dead_letters_total',
    registers,
    labelNames: ['reason'] as const,
    help: 'records that became dead letters here',
  })
  for (const table of tables) {
    for (const cause of insertFailures) failures.inc({ table, cause }, 0)
  }
  for (const reason of REJECTIONS) deadLetters.inc({ reason }, 0)
  return {
    failures,
    deadLetters,
    lettersWithoutRow: new Counter({
      name: 'wa_sink_dead_letters_without_row_total',
      registers,
      help: 'dead letters that could not become rows; they stay in their topic',
    }),
    commitFailures: new Counter({
      name: 'wa_sink_commit_failures_total',
      registers,
      help: 'positions that could not be committed and are committed again',
    }),
  }
}
