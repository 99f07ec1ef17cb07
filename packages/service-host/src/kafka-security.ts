import { z } from 'zod'
import { ConfigError } from './config-error.ts'

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

/** How a process proves to Kafka who it is, and knows that it is Kafka. For every schema. */
export const kafkaSecurityFields = {
  kafkaSsl: z.enum(['on', 'off'], 'must be on or off').optional()
    .describe('TLS to Kafka; also switched on by the other KAFKA_SSL variables'),
  kafkaSslCa: z.string().optional()
    .describe('authorities of the brokers (PEM); mostly as KAFKA_SSL_CA_FILE, a path'),
  kafkaSslCert: z.string().optional()
    .describe('certificate of this client (PEM); mostly as KAFKA_SSL_CERT_FILE'),
  kafkaSslKey: z.string().optional().describe('its key (PEM); mostly as KAFKA_SSL_KEY_FILE'),
  kafkaSaslMechanism: z.string().toLowerCase()
    .pipe(z.enum(mechanisms, `must be one of ${mechanisms.join(', ')}`)).optional()
    .describe('plain, scram-sha-256 or scram-sha-512; switches SASL on'),
  kafkaSaslUsername: z.string().optional().describe('user of SASL'),
  kafkaSaslPassword: z.string().optional()
    .describe('its password; mostly as KAFKA_SASL_PASSWORD_FILE'),
}

export type KafkaSecurityConfig = z.output<z.ZodObject<typeof kafkaSecurityFields>>

/** What the Kafka client takes. */
export interface KafkaSecurity {
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  readonly sasl?: {
    readonly mechanism: (typeof mechanisms)[number]
    readonly username: string
    readonly password: string
  }
}

/** Throws a ConfigError where one variable lacks another that it needs. */
export function toKafkaSecurity(config: KafkaSecurityConfig): KafkaSecurity {
  const problems = findProblems(config)
  if (problems.length > 0) throw new ConfigError('The access to Kafka', problems)
  const { kafkaSaslMechanism: mechanism, kafkaSaslPassword: password = '' } = config
  const { kafkaSslCa: ca, kafkaSslCert: cert, kafkaSslKey: key, kafkaSaslUsername } = config
  const isTls = config.kafkaSsl === 'on' || ca !== undefined || cert !== undefined
  return {
    ...(isTls ? { tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
    } } : {}),
    ...(mechanism === undefined ? {} : {
      sasl: { mechanism, username: kafkaSaslUsername ?? '', password },
    }),
  }
}

function findProblems(config: KafkaSecurityConfig): readonly string[] {
  const { kafkaSsl, kafkaSslCa: ca, kafkaSslCert: cert, kafkaSslKey: key } = config
  const { kafkaSaslMechanism, kafkaSaslPassword, kafkaSaslUsername } = config
  const isSasl = kafkaSaslMechanism !== undefined
  const rules: readonly (readonly [boolean, string])[] = [
    [(cert === undefined) !== (key === undefined),
      'KAFKA_SSL_CERT_FILE and KAFKA_SSL_KEY_FILE are needed together'],
    [kafkaSsl === 'off' && (ca !== undefined || cert !== undefined),
      'KAFKA_SSL: is off, but there are certificates'],
    [isSasl && kafkaSaslUsername === undefined,
      'KAFKA_SASL_USERNAME: is needed with KAFKA_SASL_MECHANISM'],
    [isSasl && kafkaSaslPassword === undefined,
      'KAFKA_SASL_PASSWORD_FILE: is needed with KAFKA_SASL_MECHANISM'],
    [!isSasl && (kafkaSaslUsername !== undefined || kafkaSaslPassword !== undefined),
      'KAFKA_SASL_MECHANISM: is needed with user and password'],
  ]
  return rules.filter(([isBroken]) => isBroken).map(([, problem]) => problem)
}
