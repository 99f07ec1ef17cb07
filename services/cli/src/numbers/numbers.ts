import {
  connectNumber,
  type NumberEntry,
  type Provider,
  readNumbersFile,
} from '@wabastream/provider'
import { optionalTextField, readConfig } from '@wabastream/service-host'
import { z } from 'zod'
import { CliError } from '../output/cli-error.ts'

/** Variables of `numbers`. */
export const numbersConfigSchema = z.object({
  numbersFile: optionalTextField('YAML file of numbers and where their webhooks should go'),
})

/** Numbers asked about at the same time. */
const PARALLEL_MAX = 8

export interface Selection {
  readonly aliases: readonly string[]
  readonly all: boolean
}

function readNumbers(): readonly NumberEntry[] {
  const env = process.env
  const { numbersFile } = readConfig({ schema: numbersConfigSchema, env, service: 'numbers' })
  if (numbersFile !== undefined) return readNumbersFile(numbersFile, env)
  throw new CliError('No numbers are known: set NUMBERS_FILE (docs/numbers.md says how).', {
    exitCode: 2,
  })
}

/** The named numbers, or, where nothing is changed, all if none is named. */
export function findNumbers({ aliases, all }: Selection): readonly NumberEntry[] {
  const numbers = readNumbers()
  if (all && aliases.length > 0) {
    throw new CliError('Name numbers or give --all, but not both.', { exitCode: 2 })
  }
  if (aliases.length === 0) return numbers
  return [...new Set(aliases)].map((alias) => {
    const found = numbers.find((number) => number.alias === alias)
    if (found !== undefined) return found
    const known = numbers.map((number) => number.alias).join(', ')
    throw new CliError(`There is no number ${alias}; there are: ${known}.`, { exitCode: 2 })
  })
}

/** As `findNumbers`, for what changes something: all of them only if that is said. */
export function findNumbersToChange(selection: Selection): readonly NumberEntry[] {
  if (selection.aliases.length === 0 && !selection.all) {
    throw new CliError('Name the numbers, or give --all.', { exitCode: 2 })
  }
  return findNumbers(selection)
}

/** Works with the provider's API, with the key that lies where the file says. */
export async function withProvider<T>(
  number: NumberEntry,
  work: (provider: Provider) => Promise<T>,
): Promise<T> {
  const provider = connectNumber(number, process.env)
  try {
    return await work(provider)
  } finally {
    await provider.close()
  }
}

/** The results in the order of the numbers, a few of which are worked at together. */
export async function ofEach<T>(
  numbers: readonly NumberEntry[],
  work: (number: NumberEntry) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = []
  for (let from = 0; from < numbers.length; from += PARALLEL_MAX) {
    const some = numbers.slice(from, from + PARALLEL_MAX)
    results.push(...(await Promise.all(some.map(work))))
  }
  return results
}
