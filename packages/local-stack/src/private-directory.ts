import { chmod, mkdir, readdir } from 'node:fs/promises'

const PRIVATE = 0o700
/** What lies in a data folder: by these an older one is known. */
const CONTENTS: ReadonlySet<string> = new Set([
  'addresses.json',
  'stack.json',
  'channels.yaml',
  'secrets',
  'kafka',
  'clickhouse',
  'schema-registry',
  'logs',
])

/**
 * Makes the folder, for this user alone: it holds webhooks and secrets. One that was made before
 * and is a data folder becomes private too; any other folder that somebody names is left as it is.
 */
export async function makePrivateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: PRIVATE })
  const contents = await readdir(directory)
  const isOurs = contents.length === 0 || contents.some((name) => CONTENTS.has(name))
  if (isOurs) await chmod(directory, PRIVATE)
}
