import {
  integerField,
  kafkaCompressionFields,
  kafkaSecurityFields,
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
  batchIntervalMs: integerField({
    fallback: 500,
    min: 1,
    max: 60_000,
    description: 'least time between two batches of a partition; the first one goes at once',
  }),
  schemaRetryMs: integerField({
    fallback: 30_000,
    min: 100,
    max: 600_000,
    description: 'wait before the next attempt if a table or a column is missing',
  }),
}
