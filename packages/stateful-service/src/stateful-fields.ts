import {
  integerField,
  kafkaCompressionFields,
  kafkaSecurityFields,
  processFields,
  sharedFields,
  textField,
} from '@wabastream/service-host'

/** The settings of every stateful service; its schema adds its own. */
export function statefulFields({ adminPort }: { readonly adminPort: number }) {
  return {
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
    ...recoveryFields,
  }
}

const recoveryFields = {
  sweepSizeMax: integerField({
    fallback: 64,
    min: 1,
    max: 10_000,
    description: 'states per transaction that are checked for expiry',
  }),
  sweepDelayMinutes: integerField({
    fallback: 15,
    min: 0,
    max: 10_000,
    description:
      'minutes to wait before expired state is removed; longer than a decoder may repeat events',
  }),
  failuresMax: integerField({
    fallback: 8,
    min: 0,
    max: 1_000,
    description: 'consecutive failures of one partition after which the process exits',
  }),
}
