import { z } from 'zod'

/** The environment as a process gets it; the empty string counts as absent. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * A zod object whose keys are the configuration's names in camel case. The environment variable of
 * `kafkaBrokers` is `KAFKA_BROKERS`: the one is made from the other, so that they cannot drift.
 */
export type ConfigSchema<C> = z.ZodType<C> & {
  readonly shape: Readonly<Record<string, z.ZodType>>
}

/** The configuration cannot be used. The message names every problem at once. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID'
  readonly problems: readonly string[]

  constructor(subject: string, problems: readonly string[]) {
    const list = problems.map((problem) => `  - ${problem}`).join('\n')
    super(`${subject} cannot be used:\n${list}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

export function toEnvironmentName(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()
}

/** Reads the configuration of a service. Throws a ConfigError that holds all problems. */
export function readConfig<C>(options: {
  readonly schema: ConfigSchema<C>
  readonly env: Environment
  readonly service: string
}): C {
  const { schema, env, service } = options
  const input: Record<string, string> = {}
  for (const key of Object.keys(schema.shape)) {
    const text = env[toEnvironmentName(key)]?.trim()
    if (text !== undefined && text !== '') input[key] = text
  }
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw new ConfigError(
    `The configuration of ${service}`,
    result.error.issues.map((issue) => describeIssue(issue, input)),
  )
}

/** What `--help` prints: each variable with its default and its meaning. */
export function renderConfigHelp(service: string, schema: ConfigSchema<unknown>): string {
  const rows = Object.entries(schema.shape).map(([key, field]) => ({
    name: toEnvironmentName(key),
    fallback: describeDefault(field),
    description: field.description ?? '',
  }))
  const nameWidth = Math.max(...rows.map((row) => row.name.length), 8)
  const fallbackWidth = Math.max(...rows.map((row) => row.fallback.length), 7)
  const line = (name: string, fallback: string, description: string): string =>
    `  ${name.padEnd(nameWidth)}  ${fallback.padEnd(fallbackWidth)}  ${description}`.trimEnd()
  return [
    `wabastream ${service} is configured by environment variables:`,
    '',
    line('VARIABLE', 'DEFAULT', 'MEANING'),
    ...rows.map((row) => line(row.name, row.fallback, row.description)),
    '',
  ].join('\n')
}

function describeIssue(
  issue: z.core.$ZodIssue,
  input: Readonly<Record<string, string>>,
): string {
  const key = issue.path[0]
  if (typeof key !== 'string') return issue.message
  const name = toEnvironmentName(key)
  if (input[key] === undefined && issue.code !== 'custom') return `${name} is missing`
  return `${name}: ${issue.message}`
}

function describeDefault(field: z.ZodType): string {
  if (field instanceof z.ZodDefault) return String(field.def.defaultValue)
  return field instanceof z.ZodOptional ? '-' : 'required'
}
