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
  ...processFields({ adminPort: adminPortOf('forwarder') }),
  kafkaBrokers: sharedFields.kafkaBrokers,
  ...kafkaSecurityFields,
  ...kafkaCompressionFields,
  schemaRegistryUrl: sharedFields.schemaRegistryUrl,
  sessionTimeoutMs: sharedFields.sessionTimeoutMs,
  livenessTimeoutMs: sharedFields.livenessTimeoutMs,
  destinationsFile: z
    .string()
    .min(1)
    .describe('path of the YAML file of destinations; secrets in it are references'),
  commitIntervalMs: integerField({
    fallback: 1_000,
    min: 50,
    max: 60_000,
    description:
      'time between two commits of what each destination has accepted: after a crash, at most ' +
      'what was accepted since is sent again',
  }),
  batchBytesMax: integerField({
    fallback: 262_144,
    min: 1_024,
    max: 4_194_304,
    description: 'approximate bytes of webhooks, unpacked, that are read of a partition at once',
  }),
})

export type ForwarderConfig = z.output<typeof configSchema>
