import { createAvroCodec } from '@wabastream/schema-registry'
import { ConfigError } from '@wabastream/service-host'
import { closeLetters } from '../dead-letters/close-letters.ts'
import { withInstallation } from '../installation/installation.ts'
import { CliError } from '../output/cli-error.ts'
import { formatCount } from '../output/format.ts'
import { type Terminal } from '../output/terminal.ts'
import { remove } from './change-destination.ts'
import { withKafka } from './forwarding.ts'

/** Forgets a destination: its positions, its control records, and that its letters are open. */
export async function removeDestination(
  name: string,
  dataDirectory: string,
  terminal: Terminal,
): Promise<void> {
  await withKafka(dataDirectory, (kafka) => remove(kafka, name, terminal))
  try {
    await withInstallation(dataDirectory, async ({ addresses, clickhouse, kafka, live }) => {
      const codec = createAvroCodec({ url: addresses.schemaRegistryUrl })
      await codec.register()
      const producer = kafka.chainedProducer()
      const closed = await closeLetters({ clickhouse, codec, producer, generation: live }, name)
      if (closed > 0) terminal.out(`${formatCount(closed)} dead letters of it are closed`)
    })
  } catch (error) {
    if (!(error instanceof CliError || error instanceof ConfigError)) throw error
    terminal.note(`dead letters of it stay open: ${error.message}`)
  }
}
