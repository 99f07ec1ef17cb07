import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { addAnalyticsCommand } from './analytics/command.ts'
import { benchDerive } from './derive.ts'
import { addForwardCommand } from './forward/command.ts'
import { benchIngest } from './ingest.ts'
import { addLatencyCommand } from './latency/command.ts'
import { addRestoreCommands } from './restore/command.ts'
import { createProfiler, noProfiler, type Profiler } from './profile/profiler.ts'
import { type BenchReport, renderReport } from './report.ts'

interface Flags {
  readonly count: number
  readonly warmUp: number
  readonly concurrency: number
  readonly rate?: number
  readonly json?: boolean
  readonly profile?: string | true
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new InvalidArgumentError('It must be a whole number above 0.')
}

function print(report: BenchReport, flags: Pick<Flags, 'json'>): void {
  process.stdout.write(`${flags.json ? JSON.stringify(report, null, 2) : renderReport(report)}\n`)
}

const PROFILE_FLAG = '--profile [directory]'
const PROFILE_HELP = 'write CPU profiles of the services and print their top functions'

/** Without a directory the profiles go into a new one among the temporary ones. */
async function profilerOf({ profile }: Pick<Flags, 'profile'>): Promise<Profiler> {
  if (profile === undefined) return noProfiler
  const directory =
    profile === true ? await mkdtemp(join(tmpdir(), 'wabastream-profile-')) : profile
  return await createProfiler(resolve(directory))
}

/** To the error output, so that figures as JSON stay apart. */
async function printProfiles(profiler: Profiler): Promise<void> {
  const text = await profiler.render()
  if (text !== '') process.stderr.write(`${text}\n`)
}

const program = new Command('bench').description(
  'measure CPU per webhook, and queries of analysts, on real parts',
)
program
  .command('ingest')
  .description('HTTP in, raw topic out: the ingestor')
  .option('--count <webhooks>', 'webhooks that are counted', parseCount, 60_000)
  .option('--warm-up <webhooks>', 'webhooks before that', parseCount, 15_000)
  .option('--concurrency <connections>', 'requests in flight', parseCount, 128)
  .option('--rate <perSecond>', 'requests started per second; as fast as answers come', parseCount)
  .option('--json', 'print the figures as JSON')
  .option(PROFILE_FLAG, PROFILE_HELP)
  .action(async (flags: Flags) => {
    const profiler = await profilerOf(flags)
    print(await benchIngest({ ...flags, ratePerSecond: flags.rate, profiler }), flags)
    await printProfiles(profiler)
  })
program
  .command('derive')
  .description('raw topic in, timelines and transitions out: decoder and timeline processor')
  .option('--count <webhooks>', 'webhooks that are counted', parseCount, 300_000)
  .option('--warm-up <webhooks>', 'webhooks before that', parseCount, 60_000)
  .option('--json', 'print the figures as JSON')
  .action(async (flags: Flags) => print(await benchDerive(flags), flags))
addLatencyCommand(program, parseCount)
addRestoreCommands(program, parseCount)
addForwardCommand(program, parseCount)
addAnalyticsCommand(program)
await program.parseAsync()
