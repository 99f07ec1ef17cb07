import { adminPortOf } from '@wabastream/contracts'
import { clickhouseClusterFields, integerField, sharedFields } from '@wabastream/service-host'
import { type z } from 'zod'
import { sinkSettings } from '@wabastream/sink-service'

export const configSchema = sinkSettings({
  adminPort: adminPortOf('clickhouse-sink'),
}).safeExtend({
  clickhouseUrl: sharedFields.clickhouseUrl,
  ...clickhouseClusterFields,
  expiryDays: sharedFields.expiryDays,
  reconcileIntervalMs: integerField({
    fallback: 60_000,
    min: 100,
    max: 3_600_000,
    description: 'time between two comparisons of what was accepted with the rows',
  }),
  rollupIntervalMs: integerField({
    fallback: 60_000,
    min: 100,
    max: 3_600_000,
    description:
      'least time between two rounds of counting days for the views; they take 5 % of it',
  }),
  reconcileDays: integerField({
    fallback: 30,
    min: 1,
    max: 3_650,
    description: 'days that are compared again in turn; at least two fewer than rows are kept',
  }),
})

export type SinkConfig = z.output<typeof configSchema>
