import { splitLatencyBudget } from '@wabastream/processing'
import {
  integerField,
  kafkaSecurityFields,
  optionalIntegerField,
  processFields,
  sharedFields,
} from '@wabastream/service-host'
import { z } from 'zod'

export type SinkSettings = z.output<ReturnType<typeof sinkSettings>>

/** The settings of every sink; one adds its own with `safeExtend`. */
export function sinkSettings({ adminPort }: { readonly adminPort: number }) {
  return z
    .object({
      ...processFields({ adminPort }),
      kafkaBrokers: sharedFields.kafkaBrokers,
      ...kafkaSecurityFields,
      schemaRegistryUrl: sharedFields.schemaRegistryUrl,
      generation: sharedFields.generation,
      partitions: sharedFields.partitions,
      sessionTimeoutMs: sharedFields.sessionTimeoutMs,
      livenessTimeoutMs: sharedFields.livenessTimeoutMs,
      latencyBudgetMs: sharedFields.latencyBudgetMs,
      ...batchFields,
    })
    .superRefine(({ schemaRetryMs, livenessTimeoutMs }, context) => {
      if (schemaRetryMs < livenessTimeoutMs) return
      context.addIssue({
        code: 'custom',
        path: ['schemaRetryMs'],
        message: 'must be less than LIVENESS_TIMEOUT_MS',
      })
    })
}

const PATIENCE = 3

/** The longest that a record of a topic waits for others to be inserted with it (ms). */
export function gatherMsOf(
  { batchIntervalMs, latencyBudgetMs }: Pick<SinkSettings, 'batchIntervalMs' | 'latencyBudgetMs'>,
  patientTopics: readonly string[] = [],
): (topic: string) => number {
  const shareMs = splitLatencyBudget(latencyBudgetMs).sinkMs
  const patientMs = shareMs * PATIENCE
  return (topic) => batchIntervalMs ?? (patientTopics.includes(topic) ? patientMs : shareMs)
}

const batchFields = {
  batchRowsMax: integerField({
    fallback: 20_000,
    min: 1,
    max: 500_000,
    description: 'rows after which a batch is inserted',
  }),
  batchBytesMax: integerField({
    fallback: 6_000_000,
    min: 1_000,
    max: 100_000_000,
    description: 'bytes after which a batch is inserted',
  }),
  batchIntervalMs: optionalIntegerField({
    min: 1,
    max: 60_000,
    description:
      'longest that a record waits for others to be inserted with it; without it, the share of ' +
      'LATENCY_BUDGET_MS, or three times that where rows are not awaited',
  }),
  schemaRetryMs: integerField({
    fallback: 30_000,
    min: 100,
    max: 600_000,
    description: 'wait before the next attempt if a table or a column is missing',
  }),
}
