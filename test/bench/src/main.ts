import { Command, InvalidArgumentError } from 'commander'
import { addAnalyticsCommand } from './analytics/command.ts'
import { benchDerive } from './derive.ts'
import { addForwardCommand } from './forward/command.ts'
import { benchIngest } from './ingest.ts'
import { addLatencyCommand } from './latency/command.ts'
import { addRebuildCommand } from './rebuild/command.ts'
import { addRestoreCommands } from './restore/command.ts'
import { addProfileFlag, type ProfileFlag, withProfiler } from './profile/profile-flag.ts'
import { type BenchReport, renderReport } from './report.ts'

interface Flags extends ProfileFlag {
  readonly count: number
  readonly warmUp: number
  readonly concurrency: number
  readonly rate?: number
  readonly json?: boolean
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new InvalidArgumentError('It must be a whole number above 0.')
}

function print(report: BenchReport, flags: Pick<Flags, 'json'>): void {
  process.stdout.write(`${flags.json ? JSON.stringify(report, null, 2) : renderReport(report)}\n`)
}

const program = new Command('bench').description(
  'measure CPU per webhook, and queries of analysts, on real parts',
)
addProfileFlag(
  program
    .command('ingest')
    .description('HTTP in, raw topic out: the ingestor')
    .option('--count <webhooks>', 'webhooks that are counted', parseCount, 60_000)
    .option('--warm-up <webhooks>', 'webhooks before that', parseCount, 15_000)
    .option('--concurrency <connections>', 'requests in flight', parseCount, 128)
    .option(
      '--rate <perSecond>',
      'requests started per second; as fast as answers come',
      parseCount,
    )
    .option('--json', 'print the figures as JSON'),
).action((flags: Flags) =>
  withProfiler(flags, async (profiler) =>
    print(await benchIngest({ ...flags, ratePerSecond: flags.rate, profiler }), flags),
  ),
)
addProfileFlag(
  program
    .command('derive')
    .description('raw topic in, timelines and transitions out: decoder and timeline processor')
    .option('--count <webhooks>', 'webhooks that are counted', parseCount, 300_000)
    .option('--warm-up <webhooks>', 'webhooks before that', parseCount, 60_000)
    .option('--json', 'print the figures as JSON'),
).action((flags: Flags) =>
  withProfiler(flags, async (profiler) => print(await benchDerive({ ...flags, profiler }), flags)),
)
addLatencyCommand(program, parseCount)
addRestoreCommands(program, parseCount)
addRebuildCommand(program, parseCount)
addForwardCommand(program, parseCount)
addAnalyticsCommand(program)
await program.parseAsync()
