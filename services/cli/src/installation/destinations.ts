import {
  createPoster,
  type Destination,
  type Poster,
  readDestinationFile,
} from '@wabastream/forwarding'
import { optionalTextField, readConfig } from '@wabastream/service-host'
import { z } from 'zod'
import { CliError } from '../output/cli-error.ts'
import { readAddresses } from './addresses.ts'

/** The variable that the forwarder has as well. */
export const destinationsConfigSchema = z.object({
  destinationsFile: optionalTextField(
    'YAML file of destinations, as the forwarder has it; else that of the running `start`',
  ),
})

/** The configured destinations. Throws if no file is known. */
export async function findDestinations(dataDirectory: string): Promise<readonly Destination[]> {
  const { destinationsFile } = readConfig({
    schema: destinationsConfigSchema,
    env: process.env,
    service: 'forward',
  })
  const file = destinationsFile ?? (await readAddresses(dataDirectory))?.destinationsFile
  if (file !== undefined) return readDestinationFile(file, process.env)
  throw new CliError(
    'No destinations are known: set DESTINATIONS_FILE, as the forwarder has it, or run ' +
      '`npm start -- --forward URL` in another terminal.',
  )
}

export async function findDestination(dataDirectory: string, name: string): Promise<Destination> {
  const all = await findDestinations(dataDirectory)
  const found = all.find((destination) => destination.name === name)
  if (found !== undefined) return found
  const names = all.map((destination) => destination.name).join(', ')
  throw new CliError(`There is no destination ${name}; there are: ${names}.`, { exitCode: 2 })
}

export interface Posters {
  /** Undefined for a destination that is not configured. */
  posterOf(destination: string): Pick<Poster, 'post'> | undefined
  close(): Promise<void>
}

/** Connects to destinations when they are first asked for. */
export async function openPosters(dataDirectory: string): Promise<Posters> {
  const destinations = await findDestinations(dataDirectory).catch((error: unknown) => {
    if (error instanceof CliError) return []
    throw error
  })
  const posters = new Map<string, Poster>()
  return {
    posterOf(name) {
      const known = posters.get(name)
      const destination = destinations.find((one) => one.name === name)
      if (known !== undefined || destination === undefined) return known
      const poster = createPoster(destination)
      posters.set(name, poster)
      return poster
    },
    async close() {
      await Promise.all([...posters.values()].map((poster) => poster.close()))
    },
  }
}
