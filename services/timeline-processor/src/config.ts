import { adminPortOf } from '@wabastream/contracts'
import {
  integerField,
  kafkaSecurityFields,
  processFields,
  sharedFields,
  textField,
} from '@wabastream/service-host'
import { z } from 'zod'

export const configSchema = z.object({
  ...processFields({ adminPort: adminPortOf('timeline-processor') }),
  kafkaBrokers: sharedFields.kafkaBrokers,
  ...kafkaSecurityFields,
  schemaRegistryUrl: sharedFields.schemaRegistryUrl,
  generation: sharedFields.generation,
  partitions: sharedFields.partitions,
  sessionTimeoutMs: sharedFields.sessionTimeoutMs,
  livenessTimeoutMs: sharedFields.livenessTimeoutMs,
  stateDir: textField({
    fallback: '.data/state',
    description: 'folder of the state on local disk, a cache that may be deleted at any time',
  }),
  stateAgeHoursMax: integerField({
    fallback: 12,
    min: 1,
    max: 10_000,
    description: 'state older than this is restored completely; less than delete.retention.ms',
  }),
  expiryDays: sharedFields.expiryDays,
  transactionRecordsMax: integerField({
    fallback: 2_000,
    min: 1,
    max: 100_000,
    description: 'events in one transaction',
  }),
  transactionBytesMax: integerField({
    fallback: 1_000_000,
    min: 1_000,
    max: 16_000_000,
    description: 'bytes of events in one transaction',
  }),
  sweepSizeMax: integerField({
    fallback: 64,
    min: 1,
    max: 10_000,
    description: 'timelines per transaction that are checked for expiry',
  }),
  sweepDelayMinutes: integerField({
    fallback: 15,
    min: 0,
    max: 10_000,
    description:
      'minutes to wait before expired timelines are removed; longer than a decoder may repeat events',
  }),
  failuresMax: integerField({
    fallback: 8,
    min: 0,
    max: 1_000,
    description: 'consecutive failures of one partition after which the process exits',
  }),
})

export type TimelineConfig = z.output<typeof configSchema>
