import { z } from 'zod'
import { ConfigError } from './config-error.ts'
import { passwordField } from './fields.ts'

const passwordMechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
const mechanisms = [...passwordMechanisms, 'oauthbearer', 'aws-msk-iam'] as const

/** How a process proves to Kafka who it is, and knows that it is Kafka. For every schema. */
export const kafkaSecurityFields = {
  kafkaSsl: z
    .enum(['on', 'off'], 'must be on or off')
    .optional()
    .describe('on: TLS to Kafka; the other KAFKA_SSL variables switch it on as well'),
  kafkaSslCa: z
    .string()
    .optional()
    .describe('authorities of the brokers (PEM); usually given as KAFKA_SSL_CA_FILE, a path'),
  kafkaSslCert: z
    .string()
    .optional()
    .describe('certificate of this client (PEM); usually given as KAFKA_SSL_CERT_FILE'),
  kafkaSslKey: z.string().optional().describe('its key (PEM); usually given as KAFKA_SSL_KEY_FILE'),
  kafkaSaslMechanism: z
    .string()
    .toLowerCase()
    .pipe(z.enum(mechanisms, `must be one of ${mechanisms.join(', ')}`))
    .optional()
    .describe('plain, scram-sha-256, scram-sha-512, oauthbearer or aws-msk-iam; switches SASL on'),
  kafkaSaslUsername: z
    .string()
    .optional()
    .describe('user of SASL; with KAFKA_SASL_TOKEN_URL the id of the OAuth client'),
  kafkaSaslPassword: passwordField(
    'its password or client secret; usually given as KAFKA_SASL_PASSWORD_FILE',
  ),
  kafkaSaslTokenPath: z
    .string()
    .optional()
    .describe('oauthbearer: file with a token, read again for each connection'),
  kafkaSaslTokenUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .optional()
    .describe('oauthbearer: where the OAuth client gets its tokens'),
  kafkaSaslScope: z.string().optional().describe('oauthbearer: scope of these tokens'),
  awsRegion: z.string().optional().describe('aws-msk-iam: region of the cluster'),
}

export type KafkaSecurityConfig = z.output<z.ZodObject<typeof kafkaSecurityFields>>

/** What the Kafka client takes. */
export interface KafkaSecurity {
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  readonly sasl?: KafkaSasl
}

type KafkaSasl =
  | {
      readonly mechanism: (typeof passwordMechanisms)[number]
      readonly username: string
      readonly password: string
    }
  | { readonly mechanism: 'oauthbearer'; readonly tokenPath: string }
  | {
      readonly mechanism: 'oauthbearer'
      readonly tokenUrl: string
      readonly clientId: string
      readonly clientSecret: string
      readonly scope?: string
    }
  | { readonly mechanism: 'aws-msk-iam'; readonly region: string }

/** Throws a ConfigError if a variable lacks another one that it needs. */
export function toKafkaSecurity(config: KafkaSecurityConfig): KafkaSecurity {
  const problems = findProblems(config)
  if (problems.length > 0) throw new ConfigError('The access to Kafka', problems)
  const { kafkaSslCa: ca, kafkaSslCert: cert, kafkaSslKey: key } = config
  const isTls =
    config.kafkaSsl === 'on' ||
    ca !== undefined ||
    cert !== undefined ||
    config.kafkaSaslMechanism === 'aws-msk-iam'
  const sasl = toSasl(config)
  return {
    ...(isTls
      ? {
          tls: {
            ...(ca === undefined ? {} : { ca }),
            ...(cert === undefined || key === undefined ? {} : { cert, key }),
          },
        }
      : {}),
    ...(sasl === undefined ? {} : { sasl }),
  }
}

function toSasl(config: KafkaSecurityConfig): KafkaSasl | undefined {
  const { awsRegion: region = '', kafkaSaslMechanism: mechanism } = config
  const { kafkaSaslUsername: username = '', kafkaSaslPassword: password = '' } = config
  const { kafkaSaslScope: scope, kafkaSaslTokenPath: tokenPath, kafkaSaslTokenUrl } = config
  switch (mechanism) {
    case undefined:
      return undefined
    case 'aws-msk-iam':
      return { mechanism, region }
    case 'oauthbearer':
      if (tokenPath !== undefined) return { mechanism, tokenPath }
      return {
        mechanism,
        tokenUrl: kafkaSaslTokenUrl ?? '',
        clientId: username,
        clientSecret: password,
        ...(scope === undefined ? {} : { scope }),
      }
    case 'plain':
    case 'scram-sha-256':
    case 'scram-sha-512':
      return { mechanism, username, password }
  }
}

function findProblems(config: KafkaSecurityConfig): readonly string[] {
  const { kafkaSsl, kafkaSslCa: ca, kafkaSslCert: cert, kafkaSslKey: key } = config
  const { kafkaSaslMechanism: mechanism, kafkaSaslPassword, kafkaSaslUsername } = config
  const { kafkaSaslTokenPath: tokenPath, kafkaSaslTokenUrl: tokenUrl } = config
  const isOauth = mechanism === 'oauthbearer'
  const needsUser =
    mechanism !== undefined && mechanism !== 'aws-msk-iam' && !(isOauth && tokenUrl === undefined)
  const rules: readonly (readonly [boolean, string])[] = [
    [
      (cert === undefined) !== (key === undefined),
      'KAFKA_SSL_CERT_FILE and KAFKA_SSL_KEY_FILE are needed together',
    ],
    [
      kafkaSsl === 'off' && (ca !== undefined || cert !== undefined),
      'KAFKA_SSL: is off, but there are certificates',
    ],
    [
      kafkaSsl === 'off' && mechanism === 'aws-msk-iam',
      'KAFKA_SSL: is off, but MSK takes IAM over TLS only',
    ],
    [
      needsUser && kafkaSaslUsername === undefined,
      'KAFKA_SASL_USERNAME: is needed with KAFKA_SASL_MECHANISM',
    ],
    [
      needsUser && kafkaSaslPassword === undefined,
      'KAFKA_SASL_PASSWORD_FILE: is needed with KAFKA_SASL_MECHANISM',
    ],
    [
      isOauth && (tokenPath === undefined) === (tokenUrl === undefined),
      'KAFKA_SASL_TOKEN_PATH or KAFKA_SASL_TOKEN_URL: one is needed with oauthbearer',
    ],
    [
      !isOauth && (tokenPath !== undefined || tokenUrl !== undefined),
      'KAFKA_SASL_MECHANISM: must be oauthbearer where tokens are configured',
    ],
    [
      mechanism === 'aws-msk-iam' && config.awsRegion === undefined,
      'AWS_REGION: is needed with aws-msk-iam',
    ],
    [
      mechanism === undefined && (kafkaSaslUsername ?? kafkaSaslPassword) !== undefined,
      'KAFKA_SASL_MECHANISM: is needed with user and password',
    ],
  ]
  return rules.filter(([isBroken]) => isBroken).map(([, problem]) => problem)
}
