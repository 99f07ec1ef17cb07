import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError, type Environment } from '@wabastream/service-host'
import { parseDocument } from 'yaml'
import { type Channel } from './channel.ts'
import { createChannelFileSchema } from './channel-file-schema.ts'
import { type ReadFile } from './recorded-reads.ts'
import { type SecretSources } from './secret-reference.ts'

/** Reads the channel file. Throws a ConfigError that names every problem in it. */
export function readChannelFile(
  path: string,
  env: Environment,
  readFile: ReadFile = readFileSync,
): readonly Channel[] {
  let text: string
  try {
    text = readFile(path).toString('utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`The channel file ${path}`, [reason])
  }
  const result = parseChannels(text, { env, directory: dirname(path), readFile })
  if (result.problems.length > 0) throw new ConfigError(`The channel file ${path}`, result.problems)
  return result.channels
}

export interface ChannelFileResult {
  /** Empty when there are problems. */
  readonly channels: readonly Channel[]
  readonly problems: readonly string[]
}

export function parseChannels(text: string, sources: SecretSources): ChannelFileResult {
  const document = parseDocument(text, { prettyErrors: true })
  const syntaxProblems = [...document.errors, ...document.warnings].map(
    (problem) => problem.message.split('\n')[0]?.replace(/:$/, '') ?? '',
  )
  if (syntaxProblems.length > 0) return { channels: [], problems: syntaxProblems }
  const content: unknown = document.toJS()
  const result = createChannelFileSchema(sources).safeParse(content)
  const problems = [
    ...(result.error?.issues ?? []).map((issue) => `${renderPath(issue.path)}: ${issue.message}`),
    ...findDuplicates(content),
  ]
  if (!result.success || problems.length > 0) return { channels: [], problems }
  return { channels: result.data.channels, problems: [] }
}

/** Looks at the unparsed file, so that it finds them even if something else is wrong. */
function findDuplicates(content: unknown): readonly string[] {
  const channels = listIn(content, 'channels')
  const ids = channels.flatMap((channel, index) => {
    const strategies = Object.entries(asObject(asObject(channel)['strategies']))
    return strategies.flatMap(([kind, strategy]) =>
      ['secrets', 'authorities'].flatMap((list) =>
        repeated(listIn(strategy, list).map((one) => asObject(one)['id'])).map(
          ({ position, value }) =>
            `channels[${index}].strategies.${kind}.${list}[${position}].id: ${value} is used twice`,
        ),
      ),
    )
  })
  const names = repeated(channels.map((channel) => asObject(channel)['name'])).map(
    ({ position, value }) => `channels[${position}].name: ${value} is used twice`,
  )
  return [...names, ...ids]
}

function repeated(values: readonly unknown[]) {
  return values.flatMap((value, position) => {
    if (typeof value !== 'string' || values.indexOf(value) === position) return []
    return [{ position, value }]
  })
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const list = asObject(value)[key]
  return Array.isArray(list) ? list : []
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function renderPath(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((before, part) => {
    if (typeof part === 'number') return `${before}[${part}]`
    return before === '' ? String(part) : `${before}.${String(part)}`
  }, '')
  return text === '' ? 'the file' : text
}
