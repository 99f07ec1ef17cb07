import { Command, InvalidArgumentError } from 'commander'
import { reconcileDestinations, renderDestinations } from './reconcile-destinations.ts'
import { reconcileRange } from './reconcile-range.ts'
import { renderReconcile } from './render-reconcile.ts'
import { type Installation, withInstallation } from '../installation/installation.ts'
import { type Terminal } from '../output/terminal.ts'
import { dataOption, jsonOption, parseTimeOption } from '../installation/options.ts'

interface ReconcileFlags {
  readonly data: string
  readonly json?: boolean
  readonly from?: number
  readonly to?: number
}

const DAY_MS = 86_400_000
const TIME_MAX_MS = 4_000_000_000_000

function parseFrom(text: string): number {
  if (text === 'beginning') return 0
  try {
    return parseTimeOption(text)
  } catch {
    throw new InvalidArgumentError('It must be `beginning`, 2026-01-15 or 2026-01-15T08:00:00Z.')
  }
}

async function reconcile(flags: ReconcileFlags, terminal: Terminal): Promise<void> {
  const fromMs = flags.from ?? Date.now() - DAY_MS
  const toMs = flags.to ?? TIME_MAX_MS
  const compare = async ({ clickhouse, kafka, live }: Installation): Promise<void> => {
    const result = await reconcileRange({ clickhouse, kafka, generation: live, fromMs, toMs })
    const destinations = await reconcileDestinations(kafka, clickhouse, live)
    if (flags.json === true) {
      terminal.out(JSON.stringify({ generation: live, ...result, destinations }))
    } else {
      terminal.out(renderReconcile(result, terminal))
      if (destinations.length > 0) terminal.out(renderDestinations(destinations, terminal))
    }
    const isMissing = destinations.some(({ missing }) => missing > 0)
    if (result.differences.length > 0 || isMissing) process.exitCode = 1
  }
  await withInstallation(flags.data, compare, '--from and --to')
}

export function createReconcileCommand(terminal: Terminal): Command {
  return new Command('reconcile')
    .description('compare the raw topic with its verdicts and the rows, by hour and channel')
    .option(
      '--from <time>',
      'webhooks received at this time or later, or beginning (default: a day ago)',
      parseFrom,
    )
    .option('--to <time>', 'webhooks received before this time', parseTimeOption)
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Names what is missing: raw offsets without a verdict as ranges, then positions. Rows that are still
on their way count as missing here; the sink's metric knows better. Destinations that webhooks are
handed on to are compared since each began. Exit code 1: there is a
difference. \`--from beginning\` reads the whole history: name a day where it is long. Reads the
variables that \`replay --help\` lists, or else uses what \`start\` runs.`,
    )
    .action((flags: ReconcileFlags) => reconcile(flags, terminal))
}
