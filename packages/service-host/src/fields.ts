import { z } from 'zod'

const PORT_MAX = 65_535
const DIGITS = /^\d+$/

/** A whole number within limits. */
export function integerField(options: {
  readonly fallback: number
  readonly min: number
  readonly max: number
  readonly description: string
}): z.ZodDefault<z.ZodType<number, string>> {
  return wholeNumber(options).default(options.fallback).describe(options.description)
}

/** A whole number within limits that may be left out. */
export function optionalIntegerField(
  options: Limits & { readonly description: string },
): z.ZodOptional<z.ZodType<number, string>> {
  return wholeNumber(options).optional().describe(options.description)
}

interface Limits {
  readonly min: number
  readonly max: number
}

function wholeNumber({ min, max }: Limits): z.ZodType<number, string> {
  return z
    .string()
    .regex(DIGITS, { error: 'must be a whole number', abort: true })
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
}

export function portField(options: {
  readonly fallback: number
  readonly description: string
}): z.ZodDefault<z.ZodType<number, string>> {
  return integerField({ ...options, min: 0, max: PORT_MAX })
}

/** An absolute http or https address. */
export function urlField(description: string): z.ZodType<string, string> {
  return z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .describe(description)
}

/** Non-empty text, such as a path, that may be left out. */
export function optionalTextField(description: string): z.ZodOptional<z.ZodString> {
  return z.string().optional().describe(description)
}

/**
 * A password, which may begin and end with blanks: `readConfig` removes only the line end that
 * editors and `echo` add in a file.
 */
export function passwordField(description: string): z.ZodOptional<z.ZodString> {
  return z
    .string()
    .optional()
    .meta({ description, [VERBATIM]: true })
}

/** Marks a field whose text is taken literally. */
export const VERBATIM = 'verbatim'

export function textField(options: {
  readonly fallback: string
  readonly description: string
}): z.ZodDefault<z.ZodString> {
  return z.string().default(options.fallback).describe(options.description)
}

const BROKER = /^[^\s:]+:\d+$|^\[[0-9a-fA-F:]+\]:\d+$/

const RATIO = /^(0(\.\d+)?|1(\.0+)?|\.\d+)$/

const brokerList = z
  .string()
  .transform(splitList)
  .pipe(z.array(z.string().regex(BROKER, 'must be host:port')).min(1))

const QUORUM = /^(auto|\d)$/

/** Of a cluster of ClickHouse servers. Beside `clickhouseUrl` in every schema that has it. */
export const clickhouseClusterFields = {
  clickhouseReplicas: z
    .string()
    .transform(splitList)
    .pipe(z.array(z.url({ protocol: /^https?$/, error: 'must be http or https addresses' })).min(1))
    .optional()
    .describe(
      'experimental: addresses of all ClickHouse servers of a cluster, separated by commas; ' +
        'tables are then replicated',
    ),
  clickhouseInsertQuorum: z
    .string()
    .regex(QUORUM, 'must be auto or a number from 0 to 9')
    .transform((text) => (text === 'auto' ? ('auto' as const) : Number(text)))
    .default('auto')
    .describe('servers of a cluster that have a row before it counts as written; auto: most'),
}

function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** The variables that have the same name and meaning in every service that uses them. */
export const sharedFields = {
  kafkaBrokers: brokerList.describe('Kafka brokers, host:port, separated by commas'),
  schemaRegistryUrl: urlField('address of the schema registry (Confluent API)'),
  clickhouseUrl: urlField('address of ClickHouse over HTTP; user and password may be part of it'),
  generation: integerField({
    fallback: 1,
    min: 1,
    max: 9_999,
    description: 'generation of the derived topics, groups and tables',
  }),
  partitions: integerField({
    fallback: 6,
    min: 1,
    max: 1_024,
    description: 'partitions of the events, timelines and transitions topics',
  }),
  expiryDays: integerField({
    fallback: 45,
    min: 1,
    max: 36_500,
    description:
      'days without any event after which a timeline is forgotten; must be the same for both',
  }),
  retentionDays: integerField({
    fallback: 400,
    min: 1,
    max: 36_500,
    description: 'days for which raw webhooks and analytics rows are kept',
  }),
  contentRetentionDays: integerField({
    fallback: 0,
    min: 0,
    max: 36_500,
    description: 'days for which texts and names are kept in the tables; 0: as long as rows',
  }),
  sessionTimeoutMs: integerField({
    fallback: 15_000,
    min: 1_000,
    max: 300_000,
    description: 'time after which a silent member of a consumer group loses its partitions',
  }),
  latencyBudgetMs: integerField({
    fallback: 1_000,
    min: 50,
    max: 60_000,
    description:
      'time that most webhooks may take from arrival to row; each stage gathers for its share, so ' +
      'more is cheaper; the same everywhere',
  }),
  livenessTimeoutMs: integerField({
    fallback: 90_000,
    min: 1_000,
    max: 3_600_000,
    description: 'time without progress, despite lag, after which /livez fails',
  }),
}

/** The settings of every process. `runService` needs these in the schema. */
export function processFields(options: {
  readonly adminPort: number
  readonly shutdownTimeoutMs?: number
}) {
  return {
    adminHost: textField({
      fallback: '0.0.0.0',
      description: 'address that health, metrics and admin routes listen on',
    }),
    adminPort: portField({
      fallback: options.adminPort,
      description: 'port of health, metrics and admin routes',
    }),
    logLevel: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
      .default('info')
      .describe('least severe log lines that are written'),
    shutdownTimeoutMs: integerField({
      fallback: options.shutdownTimeoutMs ?? 25_000,
      min: 100,
      max: 600_000,
      description: 'time within which the process ends after a stop signal',
    }),
    otelExporterOtlpEndpoint: z
      .url({
        protocol: /^https?$/,
        error: 'must be an http or https address',
      })
      .optional()
      .describe('collector that takes traces by OTLP over HTTP; without it there are no traces'),
    otelTracesSamplerArg: z
      .string()
      .regex(RATIO, 'must be a number from 0 to 1')
      .transform(Number)
      .default(0.01)
      .describe('share of webhooks that are traced, unless the client decides'),
  }
}

export interface ProcessConfig {
  readonly adminHost: string
  readonly adminPort: number
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
  readonly shutdownTimeoutMs: number
  readonly otelExporterOtlpEndpoint?: string | undefined
  readonly otelTracesSamplerArg: number
}
