import { type Command, InvalidArgumentError } from 'commander'
import { addProfileFlag, type ProfileFlag, withProfiler } from '../profile/profile-flag.ts'
import { benchLatency } from './bench-latency.ts'
import { renderLatency } from './latency-report.ts'

interface Flags extends ProfileFlag {
  readonly seconds: number
  readonly warmUp: number
  readonly rate: number
  readonly set: Readonly<Record<string, string>>
  readonly json?: boolean
}

const SETTING = /^([A-Z][A-Z0-9_]*)=(.*)$/

export function addLatencyCommand(program: Command, parseCount: (text: string) => number): void {
  addProfileFlag(
    program
      .command('latency')
      .description('all stages at a steady rate: CPU of each process, and time to each stage')
      .option('--seconds <seconds>', 'how long it is measured', parseCount, 60)
      .option('--warm-up <webhooks>', 'webhooks before that', parseCount, 12_000)
      .option(
        '--rate <perSecond>',
        'webhooks per second, independent of each other',
        parseCount,
        280,
      )
      .option(
        '--set <NAME=value>',
        'a setting of all services; may be repeated',
        collectSetting,
        {},
      )
      .option('--json', 'print the figures as JSON'),
  ).action((flags: Flags) =>
    withProfiler(flags, async (profiler) => {
      const { json, rate, seconds, set, warmUp } = flags
      const options = { seconds, warmUp, ratePerSecond: rate, env: set, profiler }
      const report = await benchLatency(options)
      process.stdout.write(`${json ? JSON.stringify(report, null, 2) : renderLatency(report)}\n`)
    }),
  )
}

function collectSetting(
  text: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, name, value] = SETTING.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('It must be NAME=value.')
  }
  return { ...before, [name]: value }
}
