import { adminPortOf } from '@wabastream/contracts'
import {
  clickhouseClusterFields,
  integerField,
  optionalTextField,
  processFields,
  sharedFields,
  urlField,
} from '@wabastream/service-host'
import { z } from 'zod'

const canaryFields = {
  canaryUrl: urlField("address of the canary's channel")
    .optional()
    .describe(
      "address of the canary's channel, as a provider would call it; without it there is no canary",
    ),
  canarySecretFile: optionalTextField("file with the secret of the channel's hmac strategy"),
  canaryCaFile: optionalTextField('certificates (PEM) to trust besides the usual ones'),
  canaryIntervalMs: integerField({
    fallback: 60_000,
    min: 100,
    max: 3_600_000,
    description: 'time between two webhooks of the canary',
  }),
  canaryTimeoutMs: integerField({
    fallback: 300_000,
    min: 1_000,
    max: 86_400_000,
    description: 'time after which a canary webhook without a row counts as lost',
  }),
  canaryPollMs: integerField({
    fallback: 250,
    min: 10,
    max: 60_000,
    description: "time between two queries for the canary's rows",
  }),
}

const numberFields = {
  numbersFile: optionalTextField(
    'YAML file of the numbers whose webhooks are looked at; without it none are',
  ),
  numbersIntervalMs: integerField({
    fallback: 300_000,
    min: 1_000,
    max: 86_400_000,
    description: 'time in which the provider is asked once about each number',
  }),
}

const detectionFields = {
  detections: z
    .enum(['on', 'off'], 'must be on or off')
    .default('on')
    .describe('on: looks for what is wrong with numbers, and adds it to wa.detections'),
  detectionsIntervalMs: integerField({
    fallback: 300_000,
    min: 1_000,
    max: 3_600_000,
    description: 'time between two looks; each hour is judged once it is over',
  }),
}

export const configSchema = z
  .object({
    ...processFields({ adminPort: adminPortOf('watch') }),
    clickhouseUrl: sharedFields.clickhouseUrl,
    ...clickhouseClusterFields,
    generation: sharedFields.generation,
    ...canaryFields,
    ...numberFields,
    ...detectionFields,
  })
  .refine((config) => config.canaryUrl === undefined || config.canarySecretFile !== undefined, {
    path: ['canarySecretFile'],
    message: 'is needed with CANARY_URL',
    when: () => true,
  })
  .refine((config) => config.canarySecretFile === undefined || config.canaryUrl !== undefined, {
    path: ['canaryUrl'],
    message: 'is needed with CANARY_SECRET_FILE',
    when: () => true,
  })

export type WatchConfig = z.output<typeof configSchema>
