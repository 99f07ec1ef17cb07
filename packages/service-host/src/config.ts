import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ConfigError } from './config-error.ts'
import { VERBATIM } from './fields.ts'

const LINE_END = /\r?\n$/

/** The environment as a process gets it; the empty string counts as absent. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * A zod object whose keys are the configuration's names in camel case. The environment variable of
 * `kafkaBrokers` is `KAFKA_BROKERS`: the name is made from the key, so that they cannot drift
 * apart.
 */
export type ConfigSchema<C> = z.ZodType<C> & {
  readonly shape: Readonly<Record<string, z.ZodType>>
}

export function toEnvironmentName(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()
}

/**
 * Reads the configuration of a service. Throws a ConfigError that holds all problems. A variable
 * whose name ends in `_FILE` stands for the one without it: the file holds the value, which keeps
 * passwords out of the environment.
 */
export function readConfig<C>(options: {
  readonly schema: ConfigSchema<C>
  readonly env: Environment
  readonly service: string
}): C {
  const { schema, env, service } = options
  const input: Record<string, string> = {}
  const fileProblems = new Map<string, string>()
  for (const [key, field] of Object.entries(schema.shape)) {
    try {
      const text = readVariable(toEnvironmentName(key), {
        env,
        isVerbatim: field.meta()?.[VERBATIM] === true,
      })
      if (text !== '') input[key] = text
    } catch (error) {
      fileProblems.set(key, messageOf(error))
    }
  }
  const result = schema.safeParse(input)
  if (result.success && fileProblems.size === 0) return result.data
  const issues = (result.error?.issues ?? []).filter(
    ({ path: [key] }) => typeof key !== 'string' || !fileProblems.has(key),
  )
  throw new ConfigError(`The configuration of ${service}`, [
    ...fileProblems.values(),
    ...issues.map((issue) => describeIssue(issue, input)),
  ])
}

/** Empty if it is neither given nor in a file. */
function readVariable(
  name: string,
  {
    env,
    isVerbatim,
  }: {
    readonly env: Environment
    readonly isVerbatim: boolean
  },
): string {
  const given = env[name] ?? ''
  const text = isVerbatim ? given : given.trim()
  const path = env[`${name}_FILE`]?.trim() ?? ''
  if (path === '') return text
  if (text !== '') throw new Error(`${name} and ${name}_FILE are both set`)
  try {
    const content = readFileSync(path, 'utf8')
    return isVerbatim ? content.replace(LINE_END, '') : content.trim()
  } catch (error) {
    throw new Error(`${name}_FILE: ${messageOf(error)}`, { cause: error })
  }
}

/** Without `instanceof`, because Node's own errors may come from another realm. */
function messageOf(error: unknown): string {
  const isError = typeof error === 'object' && error !== null && 'message' in error
  return isError ? String(error.message) : String(error)
}

/** A variable of the environment that a process reads. */
export interface Setting {
  readonly name: string
  /** Its default; `required` or `-` if there is none. */
  readonly fallback: string
  readonly description: string
}

export function listSettings(schema: ConfigSchema<unknown>): readonly Setting[] {
  return Object.entries(schema.shape).map(([key, field]) => ({
    name: toEnvironmentName(key),
    fallback: describeDefault(field),
    description: field.description ?? '',
  }))
}

/** What `--help` prints: each variable with its default and its meaning. */
export function renderConfigHelp(service: string, schema: ConfigSchema<unknown>): string {
  const rows = listSettings(schema)
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
    'Each value may be in a file instead: then set the variable with _FILE at its end to the path.',
    '',
  ].join('\n')
}

function describeIssue(issue: z.core.$ZodIssue, input: Readonly<Record<string, string>>): string {
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
