import { createAvroCodec } from '@wabastream/schema-registry'
import Table from 'cli-table3'
import { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import { listDeadLetters } from '../query/dead-letter-queries.ts'
import { type RedriveOutcome, redriveLetters } from '../redrive/redrive-letters.ts'
import { printable } from '../render/format.ts'
import { withInstallation } from '../replay/installation.ts'
import { type Terminal } from '../terminal.ts'
import { dataOption, jsonOption, parseLetterId, parseTimeOption } from './options.ts'

interface RedriveFlags {
  readonly data: string
  readonly json?: boolean
  readonly dryRun?: boolean
  readonly reason?: string
  readonly from?: number
  readonly to?: number
}

const LETTERS_MAX = 10_000
const DETAIL_LENGTH_MAX = 60

async function redrive(
  ids: readonly string[],
  flags: RedriveFlags,
  terminal: Terminal,
): Promise<void> {
  const { reason, from, to } = flags
  if (ids.length === 0 && reason === undefined && from === undefined && to === undefined) {
    throw new CliError('Name letters by id, --reason, --from or --to.', { exitCode: 2 })
  }
  const isDryRun = flags.dryRun === true
  await withInstallation(flags.data, async ({ addresses, clickhouse, kafka, live }) => {
    const letters = await listDeadLetters(clickhouse, {
      generation: live, state: 'open', limit: LETTERS_MAX,
      ...(ids.length === 0 ? {} : { ids: ids.map(parseLetterId) }),
      ...(reason === undefined ? {} : { reason }),
      ...(from === undefined ? {} : { sinceMs: from }),
      ...(to === undefined ? {} : { untilMs: to }),
    })
    const codec = createAvroCodec({ url: addresses.schemaRegistryUrl })
    await codec.register()
    const producer = kafka.chainedProducer()
    const outcomes = await redriveLetters(
      { clickhouse, kafka, producer, codec, generation: live, isDryRun }, letters)
    if (flags.json === true) for (const outcome of outcomes) terminal.out(JSON.stringify(outcome))
    else terminal.out(render(outcomes, isDryRun))
    if (outcomes.some(({ outcome }) => outcome !== 'redriven')) process.exitCode = 1
  })
}

function render(outcomes: readonly RedriveOutcome[], isDryRun: boolean): string {
  if (outcomes.length === 0) return 'no open dead letters of that kind'
  const table = new Table({
    head: ['id', isDryRun ? 'would be' : 'outcome', 'detail'],
    style: { head: [], border: [], compact: true },
  })
  for (const { detail, id, outcome } of outcomes) {
    table.push([id, outcome, printable(detail).slice(0, DETAIL_LENGTH_MAX)])
  }
  const done = outcomes.filter(({ outcome }) => outcome === 'redriven').length
  const end = isDryRun ? 'would be redriven; nothing was written' : 'redriven'
  return `${table.toString()}\n${done} of ${outcomes.length} ${end}`
}

export function createRedriveCommand(terminal: Terminal): Command {
  return new Command('redrive')
    .description('process the records of open letters again, with this version; nothing doubles')
    .argument('[id...]', 'as `dead-letters list` prints them')
    .option('--reason <reason>', 'those with this reason')
    .option('--from <time>', 'those of webhooks that came in then or later', parseTimeOption)
    .option('--to <time>', 'those of webhooks that came in before', parseTimeOption)
    .option('--dry-run', 'say what would become of them, and write nothing')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', `
A letter stays open, with one more attempt, when its record fails again; exit code 1 tells.`)
    .action((ids: readonly string[], flags: RedriveFlags) => redrive(ids, flags, terminal))
}
