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

/** Patient rows leave with every so many-th fetch. */
const PATIENCE = 5
/**
 * The longest share of a budget: well below the delay with which a rebuild still counts as caught
 * up, and the time without progress that `/livez` allows.
 */
const SHARE_MS_MAX = 10_000
/** A departure may follow a fetch late, and the next one be early. */
const LEAST_SPACING = 3 / 4
/** Within this, the answers of all brokers to the fetches of one moment are there. */
const ANSWERS_MS = 20

export interface GatheringTimes {
  readonly fetchSpacingMs: number
  readonly fetchPhaseMs: number
  /** The longest that rows, once their records are read, wait for others. */
  readonly gather: Required<GatherTimes>
}

type GatheringSettings = Pick<
  SinkSettings,
  'batchIntervalMs' | 'latencyBudgetMs' | 'sessionTimeoutMs'
>

/**
 * Where a record waits for others to be inserted with it, and for how long: at the broker, and then
 * only for the answers of other brokers, unless it is patient or the session keeps fetches closer.
 */
export function gatheringTimes({
  batchIntervalMs,
  latencyBudgetMs,
  sessionTimeoutMs,
}: GatheringSettings): GatheringTimes {
  const { periodMs, phaseMs } = splitLatencyBudget(latencyBudgetMs)
  const shareMs = Math.min(periodMs, SHARE_MS_MAX)
  const answersMs = Math.min(ANSWERS_MS, Math.floor((batchIntervalMs ?? shareMs) / 10))
  const promptMs = batchIntervalMs ?? shareMs + answersMs
  const patientMs = batchIntervalMs ?? Math.min(shareMs * PATIENCE, SHARE_MS_MAX) + answersMs
  const spacingMs = fetchSpacingMs({ fetchSpacingMs: promptMs - answersMs, sessionTimeoutMs })
  return {
    fetchSpacingMs: spacingMs,
    fetchPhaseMs: phaseMs.sink,
    gather: {
      promptMs: promptMs - spacingMs,
      patientMs: patientMs - spacingMs,
      slackMs: Math.floor(spacingMs / 2),
      betweenMs: Math.floor(spacingMs * LEAST_SPACING),
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
      'longest that a record waits for others to be inserted with it; without it, the interval of ' +
      'LATENCY_BUDGET_MS, or five of them where rows are not awaited, but 10 s at most',
  }),
  schemaRetryMs: integerField({
    fallback: 30_000,
    min: 100,
    max: 600_000,
    description: 'wait before the next attempt if a table or a column is missing',
  }),
}
