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
import { type NumberEntry } from './number-entry.ts'
import { createNumberFileSchema } from './number-schema.ts'
import { findSharedCredentials } from './shared-credentials.ts'

/** Reads the file of numbers. Throws a ConfigError that names every problem in it. */
export function readNumbersFile(path: string, env: Environment): readonly NumberEntry[] {
  const sources = { env, directory: dirname(path) }
  return readConfigFile(path, 'file of numbers', {
    parse: (text) => parseNumbers(text, sources),
  }).numbers
}

export function parseNumbers(text: string, sources: SecretSources) {
  return parseConfigText(text, createNumberFileSchema(sources), (content) => {
    const numbers = listIn(content, 'numbers').map(asObject)
    const repeated = (key: string): readonly string[] =>
      findRepeated(
        numbers.map((number) => number[key]),
        (position) => `numbers[${position}].${key}`,
      )
    return [
      ...repeated('alias'),
      ...repeated('id'),
      ...findSharedCredentials(numbers, sources.directory),
    ]
  })
}
