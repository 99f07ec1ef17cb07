import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makePrivateDirectory } from '@wabastream/local-stack'
import { readConfig } from '@wabastream/service-host'
import { z } from 'zod'
import { CliError } from '../output/cli-error.ts'
import { readConfigSchema } from './config.ts'
import { startText } from '../output/command-text.ts'

const FILE_NAME = 'addresses.json'

const addressesSchema = z.object({
  kafkaBrokers: z.array(z.string()),
  schemaRegistryUrl: z.string(),
  clickhouseUrl: z.string(),
  generation: z.number(),
  /** Absent if no ingestor was started. */
  webhooksUrl: z.string().optional(),
  /** Where each service reports its health; absent if none was started. */
  adminUrls: z.array(z.string()).optional(),
  /** Absent if no forwarder was started. */
  destinationsFile: z.string().optional(),
})

/** Where a running `start` or `stack` can be reached; kept in the data folder while it runs. */
export type Addresses = z.output<typeof addressesSchema>

export async function writeAddresses(dataDirectory: string, addresses: Addresses): Promise<void> {
  await makePrivateDirectory(dataDirectory)
  const text = `${JSON.stringify(addresses, null, 2)}\n`
  // A real server's address may hold a password.
  await writeFile(join(dataDirectory, FILE_NAME), text, { mode: 0o600 })
}

export async function removeAddresses(dataDirectory: string): Promise<void> {
  await rm(join(dataDirectory, FILE_NAME), { force: true })
}

/**
 * The environment's ClickHouse, or that of the running `start`; and the generation if the
 * environment names one. Throws when there is no ClickHouse.
 */
export async function findClickHouse(
  dataDirectory: string,
): Promise<{ readonly clickhouseUrl: string; readonly generation: number | undefined }> {
  const { clickhouseUrl, generation } = readConfig({
    schema: readConfigSchema,
    env: process.env,
    service: 'wabastream',
  })
  if (clickhouseUrl !== undefined) return { clickhouseUrl, generation }
  const running = await readAddresses(dataDirectory)
  if (running !== undefined) return { clickhouseUrl: running.clickhouseUrl, generation }
  throw new CliError(
    `ClickHouse is not known: run \`${startText(dataDirectory)}\` in another terminal, or set ` +
      `CLICKHOUSE_URL. (Looked for ${join(dataDirectory, FILE_NAME)}; --data names another folder.)`,
  )
}

/** Undefined if nothing runs with that data folder. Throws if the file is damaged. */
export async function readAddresses(dataDirectory: string): Promise<Addresses | undefined> {
  const file = join(dataDirectory, FILE_NAME)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return addressesSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new CliError(
      `${file} is damaged: it says where the running \`npm start\` can be ` +
        'reached. Start that again, or delete the file.',
      { cause },
    )
  }
}
