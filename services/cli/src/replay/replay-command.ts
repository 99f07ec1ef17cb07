import { Command, InvalidArgumentError } from 'commander'
import { renderConfigHelp } from '@wabastream/service-host'
import { CliError } from '../output/cli-error.ts'
import { isAcceptable } from '../compare/agreed.ts'
import { replayConfigSchema } from '../installation/config.ts'
import { type Installation, withInstallation } from '../installation/installation.ts'
import { runDiff } from './run-diff.ts'
import { runDrop } from './run-drop.ts'
import { runEstimate } from './estimate/run-estimate.ts'
import { runReplay } from './run-replay.ts'
import { runSwap } from './run-swap.ts'
import { parseStartPosition, type StartPosition } from './start-position.ts'
import { type Terminal } from '../output/terminal.ts'
import { dataOption, jsonOption } from '../installation/options.ts'

const GENERATION_MAX = 9_999

interface ReplayFlags {
  readonly data: string
  readonly into?: number
  readonly from?: StartPosition
  readonly services: boolean
  readonly estimate?: boolean
  readonly exit?: boolean
  readonly json?: boolean
  readonly diff?: boolean
  readonly swap?: boolean
  readonly drop?: number
  readonly limit: number
  readonly timeout: number
  readonly acceptMissing?: number
  readonly accept: readonly string[]
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
  throw new InvalidArgumentError(
    'It must be beginning, an offset such as 120, offsets by partition ' +
      'such as 0:120,3:95, or a time such as 2026-01-15T08:00:00Z.',
  )
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 0) return count
  throw new InvalidArgumentError('It must be a whole number.')
}

function collectKind(text: string, before: readonly string[]): readonly string[] {
  if (isAcceptable(text)) return [...before, text]
  throw new InvalidArgumentError(
    'It must be a kind of difference as --diff and a refused --swap ' +
      'name it, such as new_column or message_timeline.read_at; rows that are missing are accepted ' +
      'by --accept-missing.',
  )
}

async function replay(flags: ReplayFlags, terminal: Terminal): Promise<void> {
  const work = toWork(flags)
  await withInstallation(flags.data, (installation) => work(installation, terminal))
}

type Work = (installation: Installation, terminal: Terminal) => Promise<void>

/** The requested action. Throws unless there is exactly one. */
function toWork(flags: ReplayFlags): Work {
  const { drop, into, limit } = flags
  const json = flags.json === true
  const asked = [flags.diff === true, flags.swap === true, drop !== undefined]
  if (asked.filter(Boolean).length > 1) throw misuse('--diff, --swap and --drop go one at a time.')
  if (drop !== undefined) {
    if (into !== undefined) throw misuse('--drop names its generation itself, without --into.')
    return (installation, terminal) => runDrop(installation, { generation: drop }, terminal)
  }
  if (into === undefined) throw misuse('replay needs --into GENERATION, or --drop GENERATION.')
  const isBuilding = !asked.includes(true)
  assertOptionsFit(flags, isBuilding)
  const timeoutMs = flags.timeout * 1_000
  const agreed = { missingMax: flags.acceptMissing ?? 0, accepted: new Set(flags.accept) }
  if (flags.diff === true) return (at, to) => runDiff(at, { into, limit, timeoutMs, json }, to)
  if (flags.swap === true) {
    return (at, to) => runSwap(at, { into, timeoutMs, json, agreed }, to)
  }
  const { from, services } = flags
  if (flags.estimate === true) {
    return (at, to) => runEstimate(at, { into, from, services, json }, to)
  }
  const exit = flags.exit === true
  return (at, to) => runReplay(at, { into, from, services, exit, json }, to)
}

function assertOptionsFit(flags: ReplayFlags, isBuilding: boolean): void {
  const isAboutBuilding = [flags.from !== undefined, flags.estimate, flags.exit, !flags.services]
  if (!isBuilding && isAboutBuilding.includes(true)) {
    throw misuse(
      '--from, --estimate, --exit and --no-services are for building, not for --diff and --swap.',
    )
  }
  if (flags.acceptMissing !== undefined && flags.swap !== true) {
    throw misuse('--accept-missing is for --swap.')
  }
  if (flags.accept.length > 0 && flags.swap !== true) throw misuse('--accept is for --swap.')
}

function misuse(message: string): CliError {
  return new CliError(message, { exitCode: 2 })
}

export function createReplayCommand(terminal: Terminal): Command {
  return new Command('replay')
    .description(
      'rebuild everything behind the raw topic as another generation, beside the live one',
    )
    .option('--into <generation>', 'generation to build', parseGeneration)
    .option(
      '--from <where>',
      'where in the raw topic to begin: beginning (default), an offset, offsets by ' +
        'partition (0:120,3:95), or a time',
      parseFrom,
    )
    .option(
      '--no-services',
      'only create topics and tables, set offsets and show the progress: the ' +
        'services run elsewhere',
    )
    .option('--estimate', 'only say how long it would take, how much CPU and how much disk')
    .option('--exit', 'end when the generation has caught up')
    .option('--diff', 'compare it with the live generation; exit code 1 if they differ')
    .option('--limit <count>', 'with --diff: name at most this many timelines', parseCount, 50)
    .option('--swap', 'make the views show it, if it agrees with the live generation')
    .option(
      '--accept-missing <count>',
      'with --swap: accept at most this many missing rows, which the new ' +
        'decoder leaves out on purpose',
      parseCount,
    )
    .option(
      '--accept <kind>',
      'with --swap: accept this kind of difference; can be repeated',
      collectKind,
      [],
    )
    .option(
      '--timeout <seconds>',
      'with --diff and --swap: how long to wait until it has caught up',
      parseCount,
      120,
    )
    .option(
      '--drop <generation>',
      'stop a generation that is not live, and delete everything of it',
      parseGeneration,
    )
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      () => `
--diff and --swap read everything that both generations hold, slice by slice: the user of
ClickHouse needs limits that allow it.

${renderConfigHelp('replay', replayConfigSchema)}`,
    )
    .action((flags: ReplayFlags) => replay(flags, terminal))
}
