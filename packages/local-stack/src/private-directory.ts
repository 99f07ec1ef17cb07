import { chmod, mkdir, readdir } from 'node:fs/promises'

const PRIVATE = 0o700
/** Contents by which an older data folder is recognised. */
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
 * Makes the folder so that only this user can read it, because it holds webhooks and secrets. An
 * existing data folder becomes private, too; any other folder that somebody names is left
 * unchanged.
 */
export async function makePrivateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: PRIVATE })
  const contents = await readdir(directory)
  const isOurs = contents.length === 0 || contents.some((name) => CONTENTS.has(name))
  if (isOurs) await chmod(directory, PRIVATE)
}
