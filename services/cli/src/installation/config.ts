import {
  clickhouseClusterFields,
  integerField,
  kafkaSecurityFields,
  optionalTextField,
  portField,
  sharedFields,
  urlField,
} from '@wabastream/service-host'
import { z } from 'zod'
import { timeZonesField } from './time-zones-field.ts'

const chosenGeneration = sharedFields.generation
  .removeDefault()
  .optional()
  .describe('generation of topics, groups and tables; else the one that the views show')

const ours = ['kafkaBrokers', 'schemaRegistryUrl', 'clickhouseUrl'] as const

/** Variables that `start` reads; the services it starts get the same environment. */
export const startConfigSchema = z
  .object({
    kafkaBrokers: sharedFields.kafkaBrokers
      .optional()
      .describe('real Kafka instead of a local one: host:port, separated by commas'),
    schemaRegistryUrl: sharedFields.schemaRegistryUrl
      .optional()
      .describe('real schema registry instead of a local one'),
    clickhouseUrl: sharedFields.clickhouseUrl
      .optional()
      .describe('real ClickHouse instead of a local one'),
    ...clickhouseClusterFields,
    generation: chosenGeneration,
    partitions: sharedFields.partitions,
    retentionDays: sharedFields.retentionDays,
    contentRetentionDays: sharedFields.contentRetentionDays,
    numberTimeZones: timeZonesField,
    channelsFile: optionalTextField('YAML file of the channels; one is made when it is not given'),
    destinationsFile: optionalTextField(
      'YAML file of destinations: the forwarder runs as well; else --forward',
    ),
    port: portField({ fallback: 8080, description: 'port for webhooks' }),
    minInsyncReplicas: integerField({
      fallback: 0,
      min: 0,
      max: 10,
      description: 'min.insync.replicas of the topics; 0 leaves the choice to the brokers',
    }),
    tlsCertFile: optionalTextField('certificate for HTTPS'),
    tlsKeyFile: optionalTextField('its key'),
    canaryUrl: urlField(
      'channel of the canary as seen from outside; else on this machine',
    ).optional(),
    canarySecretFile: optionalTextField('secret of that channel; else as the channel file says'),
    canaryCaFile: optionalTextField('certificates that the canary trusts; else TLS_CERT_FILE'),
  })
  .superRefine(requireAllOrNone)

function requireAllOrNone(
  config: { readonly [key in (typeof ours)[number]]?: unknown },
  context: z.RefinementCtx,
): void {
  const given = ours.filter((key) => config[key] !== undefined)
  if (given.length === 0 || given.length === ours.length) return
  const message =
    'KAFKA_BROKERS, SCHEMA_REGISTRY_URL and CLICKHOUSE_URL must be set together: ' +
    'all three to use real servers, or none for local ones'
  context.addIssue({ code: 'custom', message, path: [] })
}

/** Variables of `prepare`: it must be said where everything is. */
export const prepareConfigSchema = z.object({
  kafkaBrokers: sharedFields.kafkaBrokers,
  schemaRegistryUrl: sharedFields.schemaRegistryUrl,
  clickhouseUrl: sharedFields.clickhouseUrl,
  ...clickhouseClusterFields,
  ...kafkaSecurityFields,
  generation: sharedFields.generation,
  partitions: sharedFields.partitions,
  retentionDays: sharedFields.retentionDays,
  contentRetentionDays: sharedFields.contentRetentionDays,
  numberTimeZones: timeZonesField,
  minInsyncReplicas: startConfigSchema.shape.minInsyncReplicas,
})

export type PrepareConfig = z.output<typeof prepareConfigSchema>

/** Variables of `replay`, which override what it finds out by itself. */
export const replayConfigSchema = z
  .object({
    kafkaBrokers: sharedFields.kafkaBrokers.optional(),
    schemaRegistryUrl: sharedFields.schemaRegistryUrl.optional(),
    clickhouseUrl: sharedFields.clickhouseUrl.optional(),
    ...clickhouseClusterFields,
    ...kafkaSecurityFields,
    partitions: sharedFields.partitions
      .removeDefault()
      .optional()
      .describe('partitions of the new topics; else as many as the live ones have'),
    retentionDays: sharedFields.retentionDays
      .removeDefault()
      .optional()
      .describe('days for which rows are kept; else as many as the live tables keep'),
    contentRetentionDays: sharedFields.contentRetentionDays
      .removeDefault()
      .optional()
      .describe('days for which texts and names are kept; else as many as the live tables keep'),
    minInsyncReplicas: integerField({
      fallback: 0,
      min: 0,
      max: 10,
      description: 'min.insync.replicas of the new topics; 0 leaves it to the brokers',
    }),
  })
  .superRefine(requireAllOrNone)

/** Variables of `topics`: the broker, and how the topics should be. */
export const topicsConfigSchema = z.object({
  kafkaBrokers: sharedFields.kafkaBrokers.optional().describe('else those of the running `start`'),
  ...kafkaSecurityFields,
  generation: chosenGeneration,
  partitions: sharedFields.partitions,
  retentionDays: sharedFields.retentionDays,
  minInsyncReplicas: startConfigSchema.shape.minInsyncReplicas,
})

/** Variables of `doctor`: where everything is, and the settings of the services. */
export const doctorConfigSchema = z.object({
  kafkaBrokers: topicsConfigSchema.shape.kafkaBrokers,
  schemaRegistryUrl: sharedFields.schemaRegistryUrl.optional().describe('else as above'),
  clickhouseUrl: sharedFields.clickhouseUrl.optional().describe('else as above'),
  ...clickhouseClusterFields,
  ...kafkaSecurityFields,
  generation: chosenGeneration,
  partitions: sharedFields.partitions,
  retentionDays: sharedFields.retentionDays,
  minInsyncReplicas: startConfigSchema.shape.minInsyncReplicas,
  bodyBytesMax: integerField({
    fallback: 3_145_728,
    min: 1_024,
    max: 16_777_216,
    description: 'as the ingestor has it: size of a webhook',
  }),
  stateAgeHoursMax: integerField({
    fallback: 12,
    min: 1,
    max: 10_000,
    description: 'as the timeline processor has it: age of a state that is trusted',
  }),
})

export type StartConfig = z.output<typeof startConfigSchema>

/** Variables of the reading commands, which override the addresses of a running `start`. */
export const readConfigSchema = z.object({
  clickhouseUrl: sharedFields.clickhouseUrl.optional(),
  generation: chosenGeneration,
})
