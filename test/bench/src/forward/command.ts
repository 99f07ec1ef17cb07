import { type Command } from 'commander'
import { benchForward } from './bench-forward.ts'
import { renderForward } from './forward-report.ts'
import { receive } from './receive.ts'

interface Flags {
  readonly count: number
  readonly warmUp: number
  readonly rate: number
  readonly json?: boolean
}

/** `forward`, and what it starts beside it: the receivers. */
export function addForwardCommand(program: Command, parseCount: (text: string) => number): void {
  program
    .command('forward')
    .description('raw topic in, HTTP out: the forwarder, beside ingestor and a plain consumer')
    .option('--count <webhooks>', 'webhooks that are counted', parseCount, 60_000)
    .option('--warm-up <webhooks>', 'webhooks before that', parseCount, 15_000)
    .option('--rate <perSecond>', 'webhooks per second while delays are measured', parseCount, 100)
    .option('--json', 'print the figures as JSON')
    .action(async ({ json, rate, ...flags }: Flags) => {
      const report = await benchForward({ ...flags, ratePerSecond: rate })
      process.stdout.write(`${json ? JSON.stringify(report, null, 2) : renderForward(report)}\n`)
    })
  program
    .command('receive', { hidden: true })
    .requiredOption('--port <number>', 'where it listens', parseCount)
    .action(async ({ port }: { readonly port: number }) => receive(port))
}
