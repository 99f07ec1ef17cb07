import { adminPortOf } from '@wabastream/contracts'
import {
  integerField,
  kafkaCompressionFields,
  kafkaSecurityFields,
  processFields,
  sharedFields,
} from '@wabastream/service-host'
import { z } from 'zod'

export const configSchema = z.object({
  ...processFields({ adminPort: adminPortOf('decoder') }),
  kafkaBrokers: sharedFields.kafkaBrokers,
  ...kafkaSecurityFields,
  ...kafkaCompressionFields,
  schemaRegistryUrl: sharedFields.schemaRegistryUrl,
  generation: sharedFields.generation,
  partitions: sharedFields.partitions,
  sessionTimeoutMs: sharedFields.sessionTimeoutMs,
  livenessTimeoutMs: sharedFields.livenessTimeoutMs,
  latencyBudgetMs: sharedFields.latencyBudgetMs,
  batchBytesMax: integerField({
    fallback: 1_048_576,
    min: 1_024,
    max: 4_194_304,
    description:
      'approximate bytes of raw webhooks, unpacked, that are read of a partition at once',
  }),
})

export type DecoderConfig = z.output<typeof configSchema>
