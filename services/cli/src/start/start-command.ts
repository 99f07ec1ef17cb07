import { Command, InvalidArgumentError } from 'commander'
import { startConfigSchema } from '../installation/config.ts'
import { renderConfigHelp } from '@wabastream/service-host'
import { runStart } from './run-start.ts'
import { type Terminal } from '../output/terminal.ts'
import { dataOption } from '../installation/options.ts'

const COUNT_MAX = 200_000
const DEMO_COUNT = 3_000

interface StartFlags {
  readonly data: string
  readonly demo?: boolean
  readonly count: number
  readonly seed: string
  readonly rate?: number
  readonly input?: string
  readonly exit?: boolean
  readonly keepRunning?: boolean
  readonly freePorts?: boolean
  readonly canary?: boolean
  readonly forward: readonly string[]
  readonly json?: boolean
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= COUNT_MAX) return count
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${COUNT_MAX}.`)
}

export function createStartCommand(terminal: Terminal): Command {
  return new Command('start')
    .description('start everything: Kafka, registry, ClickHouse, and the four services')
    .option('--demo', 'then send seeded, shuffled, repeated traffic and show the result')
    .option(
      '--count <webhooks>',
      'with --demo: webhooks to send, before repetition',
      parseCount,
      DEMO_COUNT,
    )
    .option('--seed <text>', 'with --demo: seed of the traffic', 'demo')
    .option(
      '--rate <webhooks>',
      'with --demo: webhooks per second (default: as fast as they are answered)',
      parseCount,
    )
    .option(
      '--input <path>',
      'then send these bodies (NDJSON file, folder, or - for standard ' +
        'input), report what became of each, and end',
    )
    .option('--exit', 'end after --demo')
    .option('--keep-running', 'keep running after --input')
    .option('--free-ports', 'take any free ports instead of the usual ones')
    .option('--canary', 'also send a signed webhook each minute and watch for its row')
    .option(
      '--forward <url>',
      'also hand every webhook on to this address; can be repeated',
      (url: string, before: readonly string[]) => [...before, url],
      [],
    )
    .option('--json', 'print the results of --demo and --input as JSON')
    .addOption(dataOption())
    .addHelpText('after', () => `\n${renderConfigHelp('start', startConfigSchema)}`)
    .action((flags: StartFlags) =>
      runStart(
        {
          dataDirectory: flags.data,
          freePorts: flags.freePorts === true,
          canary: flags.canary === true,
          forwardTo: flags.forward,
          json: flags.json === true,
          demo: flags.demo === true ? flags : undefined,
          input: flags.input,
          exitAfter:
            flags.exit === true || (flags.input !== undefined && flags.keepRunning !== true),
        },
        terminal,
      ),
    )
}
