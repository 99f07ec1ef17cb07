import { dirname } from 'node:path'
import {
  asObject,
  findRepeated,
  listIn,
  parseConfigText,
  readConfigFile,
  type SecretSources,
} from '@wabastream/channels'
import { type Environment } from '@wabastream/service-host'
import { type Destination } from './destination.ts'
import { createDestinationFileSchema } from './destination-schema.ts'

/** Reads the file of destinations. Throws a ConfigError that names every problem in it. */
export function readDestinationFile(path: string, env: Environment): readonly Destination[] {
  const sources = { env, directory: dirname(path) }
  return readConfigFile(path, 'file of destinations', {
    parse: (text) => parseDestinations(text, sources),
  }).destinations
}

export function parseDestinations(text: string, sources: SecretSources) {
  return parseConfigText(text, createDestinationFileSchema(sources), (content) =>
    findRepeated(
      listIn(content, 'destinations').map((destination) => asObject(destination)['name']),
      (position) => `destinations[${position}].name`,
    ),
  )
}
