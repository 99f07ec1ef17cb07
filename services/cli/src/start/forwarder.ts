import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDestinationFile } from '@wabastream/forwarding'
import { makePrivateDirectory } from '@wabastream/local-stack'
import { stringify } from 'yaml'
import { type StartConfig } from '../installation/config.ts'

const FILE_NAME = 'destinations.yaml'

/**
 * The file of destinations that the forwarder gets: the user's own, or one for addresses that are
 * only tried out; undefined without either, and no forwarder runs. Throws a ConfigError that names
 * every problem in it.
 */
export async function chooseDestinations(options: {
  readonly config: Pick<StartConfig, 'destinationsFile'>
  readonly forwardTo: readonly string[]
  readonly dataDirectory: string
}): Promise<string | undefined> {
  const {
    config: { destinationsFile },
    dataDirectory,
    forwardTo: urls,
  } = options
  const file = urls.length === 0 ? destinationsFile : join(dataDirectory, FILE_NAME)
  if (file === undefined) return undefined
  if (urls.length > 0) {
    await makePrivateDirectory(dataDirectory)
    await writeFile(file, stringify({ destinations: urls.map(toDestination) }))
  }
  readDestinationFile(file, process.env)
  return file
}

/** What is tried out runs on this machine more often than not. */
function toDestination(url: string, index: number) {
  return { name: `try-${index + 1}`, url, allow: ['loopback'] }
}
