import { adminPortOf } from '@wabastream/contracts'
import {
  integerField,
  kafkaCompressionFields,
  kafkaSecurityFields,
  optionalTextField,
  portField,
  processFields,
  sharedFields,
  textField,
} from '@wabastream/service-host'
import { z } from 'zod'
import { spoolFields } from './spool/spool-fields.ts'

const MIB = 1_048_576
/** Brokers and topics take 4 MiB, and the Kafka adapter sends no more than 3.5 MiB at once. */
const BATCH_BYTES_CEILING = 3_600_000

const publicServerFields = {
  host: textField({ fallback: '0.0.0.0', description: 'address that webhooks are received on' }),
  port: portField({ fallback: 8_080, description: 'port that webhooks are received on' }),
  tlsCertFile: optionalTextField('certificate chain (PEM); with TLS_KEY_FILE switches HTTPS on'),
  tlsKeyFile: optionalTextField('private key (PEM) of the certificate'),
  clientCertificateHeader: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header')
    .optional()
    .describe('header in which a trusted ingress passes on the certificate of a client'),
  reloadIntervalMs: integerField({
    fallback: 5_000,
    min: 100,
    max: 3_600_000,
    description: 'time between two checks of certificate, channel file and secrets for changes',
  }),
  connectionsMax: integerField({
    fallback: 10_000,
    min: 1,
    max: 1_000_000,
    description: 'open connections; past it connections of strangers are closed',
  }),
  headerBytesMax: integerField({
    fallback: 16_384,
    min: 1_024,
    max: 65_536,
    description: 'largest size of the headers of a request',
  }),
  headersTimeoutMs: integerField({
    fallback: 5_000,
    min: 100,
    max: 60_000,
    description:
      'time until headers must be complete, and a TLS handshake; then the connection is closed',
  }),
  requestTimeoutMs: integerField({
    fallback: 8_000,
    min: 100,
    max: 60_000,
    description: 'time until a body must be complete; then the connection is closed',
  }),
  keepAliveTimeoutMs: integerField({
    fallback: 620_000,
    min: 100,
    max: 4_200_000,
    description:
      'time after which idle connections are closed; longer than a proxy in front keeps them',
  }),
  drainDelayMs: integerField({
    fallback: 0,
    min: 0,
    max: 120_000,
    description: 'time between the end of readiness and the end of accepting, for a load balancer',
  }),
}

const limitFields = {
  bodyBytesMax: integerField({
    fallback: 3 * MIB,
    min: 1_024,
    max: BATCH_BYTES_CEILING,
    description: 'largest size of a webhook; larger ones get 413',
  }),
  inFlightBytesMax: integerField({
    fallback: 64 * MIB,
    min: MIB,
    max: 4_096 * MIB,
    description: 'bytes of genuine webhooks not yet acked; past them 503',
  }),
  inFlightRequestsMax: integerField({
    fallback: 20_000,
    min: 1,
    max: 1_000_000,
    description: 'genuine webhooks held until they are acked; past them 503',
  }),
  strangersBytesMax: integerField({
    fallback: 32 * MIB,
    min: MIB,
    max: 4_096 * MIB,
    description: 'memory of bodies that are not authenticated yet; past it the slowest is closed',
  }),
  strangersRateMin: integerField({
    fallback: 1_024,
    min: 0,
    max: MIB,
    description: 'least bytes per second of such a body; slower ones are closed after some seconds',
  }),
  batchBytesMax: integerField({
    fallback: BATCH_BYTES_CEILING,
    min: 1_024,
    max: BATCH_BYTES_CEILING,
    description: 'largest size of one produce request',
  }),
  inFlightBatchesMax: integerField({
    fallback: 4,
    min: 1,
    max: 64,
    description: 'produce requests under way, each to a partition of its own',
  }),
  batchSpacingMs: integerField({
    fallback: 50,
    min: 0,
    max: 1_000,
    description:
      'least time between two produce requests while fewer than 64 webhooks, of less than 192 KiB, wait; ' +
      'fuller ones cost less CPU and disk',
  }),
  ackTimeoutMs: integerField({
    fallback: 6_000,
    min: 50,
    max: 60_000,
    description: 'time until a webhook must be durable; then 503',
  }),
}

export const configSchema = z
  .object({
    ...processFields({ adminPort: adminPortOf('ingestor') }),
    kafkaBrokers: sharedFields.kafkaBrokers,
    ...kafkaSecurityFields,
    ...kafkaCompressionFields,
    generation: sharedFields.generation,
    channelsFile: z.string().describe('YAML file of the channels and their secrets'),
    ...publicServerFields,
    ...limitFields,
    ...spoolFields,
  })
  .refine(
    (config) => config.tlsCertFile === undefined || config.tlsKeyFile !== undefined,
    rule('tlsKeyFile', 'is needed with TLS_CERT_FILE'),
  )
  .refine(
    (config) => config.tlsKeyFile === undefined || config.tlsCertFile !== undefined,
    rule('tlsCertFile', 'is needed with TLS_KEY_FILE'),
  )
  .refine(
    (config) => !(config.headersTimeoutMs > config.requestTimeoutMs),
    rule('headersTimeoutMs', 'must not exceed REQUEST_TIMEOUT_MS'),
  )
  .refine(
    (config) => !(config.bodyBytesMax > config.inFlightBytesMax),
    rule('bodyBytesMax', 'must not exceed IN_FLIGHT_BYTES_MAX'),
  )
  .refine(
    // A body in small pieces takes more memory than its length.
    (config) => !(config.bodyBytesMax * 2 > config.strangersBytesMax),
    rule('bodyBytesMax', 'must not exceed half of STRANGERS_BYTES_MAX'),
  )
  .refine(
    (config) => !(config.spoolLowPercent > config.spoolHighPercent),
    rule('spoolLowPercent', 'must not exceed SPOOL_HIGH_PERCENT'),
  )
  .refine(
    (config) => !(config.drainDelayMs >= config.shutdownTimeoutMs),
    rule('drainDelayMs', 'must be below SHUTDOWN_TIMEOUT_MS, which holds it'),
  )

/** Rules are checked even if fields are wrong, because all problems belong in one message. */
function rule(key: string, message: string) {
  return { path: [key], message, when: () => true }
}

export type IngestorConfig = z.output<typeof configSchema>
