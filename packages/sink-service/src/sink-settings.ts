import { fetchSpacingMs } from '@wabastream/kafka'
import { type GatherTimes, splitLatencyBudget } from '@wabastream/processing'
import {
  integerField,
  kafkaCompressionFields,
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
      ...kafkaCompressionFields,
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
/**
 * The longest share of a budget: well below the delay with which a rebuild still counts as caught
 * up, and the time without progress that `/livez` allows.
 */
const SHARE_MS_MAX = 10_000
/** Of the time for which a record waits, what it may spend at the broker. */
const AT_BROKER = 1 / 3

export interface GatheringTimes {
  /** Least time between two fetches. */
  readonly fetchSpacingMs: number
  /** The longest that rows, once their records are read, wait for others. */
  readonly gather: GatherTimes
}

type GatheringSettings = Pick<
  SinkSettings,
  'batchIntervalMs' | 'latencyBudgetMs' | 'sessionTimeoutMs'
>

/** Where a record waits for others to be inserted with it, and for how long. */
export function gatheringTimes({
  batchIntervalMs,
  latencyBudgetMs,
  sessionTimeoutMs,
}: GatheringSettings): GatheringTimes {
  const { sinkMs } = splitLatencyBudget(latencyBudgetMs)
  const promptMs = batchIntervalMs ?? Math.min(sinkMs, SHARE_MS_MAX)
  const patientMs = batchIntervalMs ?? Math.min(sinkMs * PATIENCE, SHARE_MS_MAX)
  const spacingMs = fetchSpacingMs({
    fetchSpacingMs: Math.floor(promptMs * AT_BROKER),
    sessionTimeoutMs,
  })
  return {
    fetchSpacingMs: spacingMs,
    gather: {
      promptMs: promptMs - spacingMs,
      patientMs: patientMs - spacingMs,
      slackMs: Math.floor(promptMs / 2),
    },
  }
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
      'LATENCY_BUDGET_MS, or three times that where rows are not awaited, but 10 s at most',
  }),
  schemaRetryMs: integerField({
    fallback: 30_000,
    min: 100,
    max: 600_000,
    description: 'wait before the next attempt if a table or a column is missing',
  }),
}
