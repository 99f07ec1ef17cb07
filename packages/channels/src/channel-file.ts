import { dirname } from 'node:path'
import { type Environment } from '@wabastream/service-host'
import { type Channel } from './channel.ts'
import { createChannelFileSchema } from './channel-file-schema.ts'
import { asObject, findRepeated, listIn, parseConfigText, readConfigFile } from './config-file.ts'
import { type ReadFile } from './recorded-reads.ts'
import { type SecretSources } from './secret-reference.ts'

/** Reads the channel file. Throws a ConfigError that names every problem in it. */
export function readChannelFile(
  path: string,
  env: Environment,
  readFile?: ReadFile,
): readonly Channel[] {
  const sources = { env, directory: dirname(path), ...(readFile && { readFile }) }
  return readConfigFile(path, 'channel file', {
    readFile,
    parse: (text) => parseChannelText(text, sources),
  }).channels
}

export interface ChannelFileResult {
  /** Empty when there are problems. */
  readonly channels: readonly Channel[]
  readonly problems: readonly string[]
}

export function parseChannels(text: string, sources: SecretSources): ChannelFileResult {
  const { content, problems } = parseChannelText(text, sources)
  return { channels: content?.channels ?? [], problems }
}

function parseChannelText(text: string, sources: SecretSources) {
  return parseConfigText(text, createChannelFileSchema(sources), findDuplicates)
}

/** Looks at the unparsed file, so that it finds them even if something else is wrong. */
function findDuplicates(content: unknown): readonly string[] {
  const channels = listIn(content, 'channels')
  const ids = channels.flatMap((channel, index) => {
    const strategies = Object.entries(asObject(asObject(channel)['strategies']))
    return strategies.flatMap(([kind, strategy]) =>
      ['secrets', 'authorities'].flatMap((list) =>
        findRepeated(
          listIn(strategy, list).map((one) => asObject(one)['id']),
          (position) => `channels[${index}].strategies.${kind}.${list}[${position}].id`,
        ),
      ),
    )
  })
  const names = findRepeated(
    channels.map((channel) => asObject(channel)['name']),
    (position) => `channels[${position}].name`,
  )
  return [...names, ...ids]
}
