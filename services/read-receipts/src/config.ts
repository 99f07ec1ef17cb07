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
  ...processFields({ adminPort: adminPortOf('read-receipts') }),
  kafkaBrokers: sharedFields.kafkaBrokers,
  ...kafkaSecurityFields,
  ...kafkaCompressionFields,
  schemaRegistryUrl: sharedFields.schemaRegistryUrl,
  sessionTimeoutMs: sharedFields.sessionTimeoutMs,
  livenessTimeoutMs: sharedFields.livenessTimeoutMs,
  numbersFile: z
    .string()
    .min(1)
    .describe('path of the YAML file of numbers: provider and key of each'),
  readReceiptsFile: z
    .string()
    .min(1)
    .describe('path of the YAML file that says which channel has which policy'),
  marksPerSecond: integerField({
    fallback: 20,
    min: 1,
    max: 1_000,
    description: 'messages of one number that are marked in a second, at most',
  }),
  marksParallel: integerField({
    fallback: 8,
    min: 1,
    max: 64,
    description: 'requests of one number that are under way at once, at most',
  }),
  markWithinHours: integerField({
    fallback: 720,
    min: 1,
    max: 720,
    description: 'age of a message from which on it is not marked; providers end at 30 days',
  }),
  batchBytesMax: integerField({
    fallback: 1_048_576,
    min: 1_024,
    max: 4_194_304,
    description: 'approximate bytes of webhooks, unpacked, that are read of a partition at once',
  }),
})

export type ReadReceiptsConfig = z.output<typeof configSchema>
