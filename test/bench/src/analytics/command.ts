import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { benchAnalytics, findFailed, findGrowing, loadSizes } from './bench-analytics.ts'
import { growthRule } from './ask/growth.ts'
import { ONCE_MS } from './ask/measure.ts'
import { renderComparison } from './report/compare.ts'
import { type Results, resultsSchema } from './report/results.ts'
import { renderSize } from './report/tables.ts'
import { parseEvents, sizeOf } from './sizes.ts'

const DEFAULT_EVENTS = '1m,3m,10m'
const DEFAULT_MESSAGES_PER_DAY = 100_000

interface Flags {
  readonly events: readonly number[]
  readonly days?: number
  readonly messagesPerDay: number
  readonly data: string
  readonly runs: number
  readonly seconds: number
  readonly only: string
  readonly loadOnly?: boolean
  readonly reload?: boolean
  readonly json?: string
  readonly compare?: string
}

/** `analytics`: every query of analysts on millions of events. */
export function addAnalyticsCommand(program: Command): void {
  program
    .command('analytics')
    .description("every query of the analysts' guide and dashboards on millions of events")
    .addOption(
      new Option('--events <counts>', 'events of each size')
        .default(parseEvents(DEFAULT_EVENTS), DEFAULT_EVENTS)
        .argParser(parseEvents),
    )
    .option('--days <days>', 'one size of so many days instead', parseAmount)
    .option('--messages-per-day <count>', 'of every size', parseAmount, DEFAULT_MESSAGES_PER_DAY)
    .addOption(
      new Option('--data <folder>', 'where data is kept and found again').default(
        fileURLToPath(new URL('../../../../.cache/bench-analytics/', import.meta.url)),
        '.cache/bench-analytics',
      ),
    )
    .option(
      '--runs <count>',
      `times that each query is run; once if it takes over ${ONCE_MS / 1_000} s`,
      parseAmount,
      3,
    )
    .option('--seconds <max>', 'a query that takes longer is given up', parseAmount, 60)
    .option('--only <text>', 'only queries whose names hold the text', '')
    .option('--load-only', 'load what is missing, and ask nothing')
    .option('--reload', 'load again what is there')
    .option('--json <file>', 'write the figures to a file')
    .option('--compare <file>', 'print the figures of that file beside these')
    .addHelpText('after', HELP)
    .action(run)
}

const HELP = `
Each size has as many messages a day as the others, and ends when it was loaded: that is the
time at which every query asks. All are asked of the parts that background merges left ("live"),
and again of a copy whose tables are merged ("merged"). ClickHouse's cache of query conditions is
off. Times are medians, seen from the client. A loaded folder is used again until a migration
changes its tables; --reload is for changes of rows. Memory and time are limited as for analysts'
users; a figure with > is of a query that was given up.

${growthRule}
`

async function run(flags: Flags): Promise<void> {
  const { compare, data, days, events, json, messagesPerDay, only, runs } = flags
  const sizes =
    days === undefined
      ? events.map((count) => sizeOf(count, messagesPerDay))
      : [{ name: `${days}d`, days }]
  const options = {
    work: data,
    sizes,
    messagesPerDay,
    runs,
    secondsMax: flags.seconds,
    only,
    reload: flags.reload ?? false,
    onProgress: (line: string) => process.stderr.write(`${line}\n`),
  }
  if (flags.loadOnly) {
    await loadSizes(options)
    return
  }
  const before = compare === undefined ? undefined : await readResults(compare)
  const results = await benchAnalytics(options, async (known) => {
    if (json !== undefined) await writeFile(json, `${JSON.stringify(known, null, 2)}\n`)
  })
  print(results.sizes.map(renderSize).join('\n\n'))
  if (before !== undefined) print(renderComparison(before, results))
  complain('read rows outside of their days', findGrowing(results))
  complain('refused', findFailed(results))
}

function complain(about: string, names: readonly string[]): void {
  if (names.length === 0) return
  print([`${about}:`, ...names.map((name) => `  ${name}`)].join('\n'))
  process.exitCode = 1
}

async function readResults(file: string): Promise<Results> {
  return resultsSchema.parse(JSON.parse(await readFile(file, 'utf8')))
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function parseAmount(text: string): number {
  const amount = Number(text)
  if (amount > 0) return amount
  throw new InvalidArgumentError('It must be a number above 0.')
}
