import { Command, InvalidArgumentError } from 'commander'
import { renderConfigHelp } from '@wabastream/service-host'
import { CliError } from '../cli-error.ts'
import { replayConfigSchema } from '../config.ts'
import { withInstallation } from '../replay/installation.ts'
import { runReplay } from '../replay/run-replay.ts'
import { parseStartPosition, type StartPosition } from '../replay/start-position.ts'
import { type Terminal } from '../terminal.ts'
import { dataOption, jsonOption } from './options.ts'

const GENERATION_MAX = 9_999

interface ReplayFlags {
  readonly data: string
  readonly into?: number
  readonly from?: StartPosition
  readonly services: boolean
  readonly exit?: boolean
  readonly json?: boolean
}

function parseGeneration(text: string): number {
  const generation = Number(text)
  if (Number.isInteger(generation) && generation >= 1 && generation <= GENERATION_MAX) {
    return generation
  }
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${GENERATION_MAX}.`)
}

function parseFrom(text: string): StartPosition {
  const position = parseStartPosition(text)
  if (position !== undefined) return position
  throw new InvalidArgumentError('It must be beginning, an offset such as 120, offsets by partition '
    + 'such as 0:120,3:95, or a time such as 2026-01-15T08:00:00Z.')
}

async function replay(flags: ReplayFlags, terminal: Terminal): Promise<void> {
  const { into } = flags
  if (into === undefined) {
    throw new CliError('replay needs --into GENERATION.', { exitCode: 2 })
  }
  await withInstallation(flags.data, async (installation) => {
    await runReplay(installation, {
      into, from: flags.from, services: flags.services,
      exit: flags.exit === true, json: flags.json === true,
    }, terminal)
  })
}

export function createReplayCommand(terminal: Terminal): Command {
  return new Command('replay')
    .description('rebuild everything behind the raw topic as another generation, beside the live one')
    .option('--into <generation>', 'the generation to build', parseGeneration)
    .option('--from <where>', 'where in the raw topic it begins: beginning, an offset, offsets by '
      + 'partition (0:120,3:95), or a time; the beginning when left out', parseFrom)
    .option('--no-services', 'make topics and tables, set offsets and show the progress only: its '
      + 'services run elsewhere')
    .option('--exit', 'end when it has caught up')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', () => `\n${renderConfigHelp('replay', replayConfigSchema)}`)
    .action((flags: ReplayFlags) => replay(flags, terminal))
}
