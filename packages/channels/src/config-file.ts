import { readFileSync } from 'node:fs'
import { ConfigError } from '@wabastream/service-host'
import { parseDocument } from 'yaml'
import { type z } from 'zod'
import { type ReadFile } from './recorded-reads.ts'

/** What a file of YAML holds, and everything that is wrong with it. */
export type ConfigFile<Content> =
  | { readonly content: Content; readonly problems: readonly [] }
  | { readonly content: undefined; readonly problems: readonly string[] }

/** Parses text by a schema. `findMore` looks at the unparsed content, whatever else is wrong. */
export function parseConfigText<Content>(
  text: string,
  schema: z.ZodType<Content>,
  findMore: (content: unknown) => readonly string[],
): ConfigFile<Content> {
  const document = parseDocument(text, { prettyErrors: true })
  const syntaxProblems = [...document.errors, ...document.warnings].map(
    (problem) => problem.message.split('\n')[0]?.replace(/:$/, '') ?? '',
  )
  if (syntaxProblems.length > 0) return { content: undefined, problems: syntaxProblems }
  const content: unknown = document.toJS()
  const result = schema.safeParse(content)
  const problems = [
    ...(result.error?.issues ?? []).map((issue) => `${renderPath(issue.path)}: ${issue.message}`),
    ...findMore(content),
  ]
  if (!result.success || problems.length > 0) return { content: undefined, problems }
  return { content: result.data, problems: [] }
}

/** Throws a ConfigError that names every problem; `what` says what the file is. */
export function readConfigFile<Content>(
  path: string,
  what: string,
  options: {
    readonly parse: (text: string) => ConfigFile<Content>
    readonly readFile?: ReadFile | undefined
  },
): Content {
  const { parse, readFile = readFileSync } = options
  let text: string
  try {
    text = readFile(path).toString('utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`The ${what} ${path}`, [reason])
  }
  const { content, problems } = parse(text)
  if (content === undefined) throw new ConfigError(`The ${what} ${path}`, problems)
  return content
}

/** `path: value is used twice` for each value that an earlier entry has. */
export function findRepeated(
  values: readonly unknown[],
  pathOf: (position: number) => string,
): readonly string[] {
  return values.flatMap((value, position) => {
    if (typeof value !== 'string' || values.indexOf(value) === position) return []
    return [`${pathOf(position)}: ${value} is used twice`]
  })
}

export function listIn(value: unknown, key: string): readonly unknown[] {
  const list = asObject(value)[key]
  return Array.isArray(list) ? list : []
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function renderPath(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((before, part) => {
    if (typeof part === 'number') return `${before}[${part}]`
    return before === '' ? String(part) : `${before}.${String(part)}`
  }, '')
  return text === '' ? 'the file' : text
}
