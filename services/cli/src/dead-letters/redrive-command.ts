import { createAvroCodec } from '@wabastream/schema-registry'
import { Command } from 'commander'
import { CliError } from '../output/cli-error.ts'
import { runRedrive } from './run-redrive.ts'
import { withInstallation } from '../installation/installation.ts'
import { type Terminal } from '../output/terminal.ts'
import { dataOption, jsonOption, parseTimeOption } from '../installation/options.ts'
import { openPosters } from '../installation/destinations.ts'
import { parseLetterId } from './letter-id.ts'

interface RedriveFlags {
  readonly data: string
  readonly json?: boolean
  readonly dryRun?: boolean
  readonly reason?: string
  readonly destination?: string
  readonly from?: number
  readonly to?: number
}

const LETTERS_MAX = 10_000

async function redrive(
  ids: readonly string[],
  flags: RedriveFlags,
  terminal: Terminal,
): Promise<void> {
  const { destination, reason, from, to } = flags
  if (ids.length === 0 && [destination, reason, from, to].every((one) => one === undefined)) {
    throw new CliError('Name letters by id, --reason, --destination, --from or --to.', {
      exitCode: 2,
    })
  }
  const isDryRun = flags.dryRun === true
  await withInstallation(flags.data, async ({ addresses, clickhouse, kafka, live }) => {
    const codec = createAvroCodec({ url: addresses.schemaRegistryUrl })
    await codec.register()
    const producer = kafka.chainedProducer()
    const posters = await openPosters(flags.data)
    const { posterOf } = posters
    const tools = { clickhouse, kafka, producer, codec, generation: live, isDryRun, posterOf }
    const hasSucceeded = await runRedrive(
      tools,
      {
        limit: LETTERS_MAX,
        ...(ids.length === 0 ? {} : { ids: ids.map(parseLetterId) }),
        ...(reason === undefined ? {} : { reason }),
        ...(destination === undefined ? {} : { destination }),
        ...(from === undefined ? {} : { sinceMs: from }),
        ...(to === undefined ? {} : { untilMs: to }),
      },
      { dataDirectory: flags.data, isJson: flags.json === true, terminal },
    )
    await posters.close()
    if (!hasSucceeded) process.exitCode = 1
  })
}

export function createRedriveCommand(terminal: Terminal): Command {
  return new Command('redrive')
    .description('process the records of open letters again with this version; nothing is doubled')
    .argument('[id...]', 'ids of letters, as `dead-letters list` prints them')
    .option('--reason <reason>', 'letters with this reason')
    .option('--destination <name>', 'letters of this destination of the forwarder')
    .option('--from <time>', 'letters of webhooks received at this time or later', parseTimeOption)
    .option('--to <time>', 'letters of webhooks received before this time', parseTimeOption)
    .option('--dry-run', 'report what would happen, and write nothing')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
If its record fails again, a letter stays open with one more attempt, and the exit code is 1. One
run takes at most 10 000 letters, those with the fewest attempts first, and reports how many are
left.`,
    )
    .action((ids: readonly string[], flags: RedriveFlags) => redrive(ids, flags, terminal))
}
