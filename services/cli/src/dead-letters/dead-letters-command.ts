import { writersOf } from '@wabastream/contracts'
import { Command } from 'commander'
import { CliError } from '../output/cli-error.ts'
import { listDeadLetters, readDeadLetter } from './dead-letter-queries.ts'
import { withClickHouse } from '../installation/with-clickhouse.ts'
import { commandText } from '../output/command-text.ts'
import { renderDeadLetter, renderDeadLetterList } from './dead-letters.ts'
import { type Terminal } from '../output/terminal.ts'
import { createRedriveCommand } from './redrive-command.ts'
import { dataOption, jsonOption, parseTimeOption } from '../installation/options.ts'
import { parseLetterId } from './letter-id.ts'

const LIMIT_MAX = 10_000
/** The stages that write dead letters, as words. */
const STAGES = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
  writersOf('deadLetters'),
)

interface ListOptions {
  readonly data: string
  readonly json?: boolean
  readonly reason?: string
  readonly channel?: string
  readonly stage?: string
  readonly destination?: string
  readonly state?: string
  readonly since?: number
  readonly until?: number
  readonly limit: string
}

function list(options: ListOptions, terminal: Terminal): Promise<void> {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new CliError(`--limit must be between 1 and ${LIMIT_MAX}`, { exitCode: 2 })
  }
  return withClickHouse(options.data, async (clickhouse, generation) => {
    const { since, until } = options
    const rows = await listDeadLetters(clickhouse, {
      ...options,
      limit,
      generation,
      ...(since === undefined ? {} : { sinceMs: since }),
      ...(until === undefined ? {} : { untilMs: until }),
    })
    if (options.json === true) for (const row of rows) terminal.out(JSON.stringify(row))
    else {
      const hint = commandText(['dead-letters', 'show', 'ID'], options.data)
      terminal.out(renderDeadLetterList(rows, { ...terminal, hint }))
    }
  })
}

interface ShowOptions {
  readonly data: string
  readonly json?: boolean
  readonly raw?: boolean
}

function show(id: string, options: ShowOptions, terminal: Terminal): Promise<void> {
  const position = parseLetterId(id)
  return withClickHouse(options.data, async (clickhouse, generation) => {
    const letter = await readDeadLetter(clickhouse, { ...position, generation })
    if (letter === undefined) {
      throw new CliError(
        `There is no dead letter ${id}. One that was redriven, in vain too, has ` +
          `another id since: \`${commandText(['dead-letters', 'list'], options.data)}\` prints it.`,
      )
    }
    if (options.raw === true) {
      process.stdout.write(letter.body)
    } else if (options.json === true) {
      const { body, ...rest } = letter
      terminal.out(JSON.stringify({ ...rest, bodyBase64: body.toString('base64') }))
    } else {
      terminal.out(renderDeadLetter(letter, terminal.paint))
    }
  })
}

export function createDeadLettersCommand(terminal: Terminal): Command {
  const command = new Command('dead-letters').description(
    'show what was accepted but could not be processed',
  )
  command
    .command('list')
    .description('list dead letters, newest first')
    .option('--reason <reason>', 'only those with this reason, such as not_json')
    .option('--channel <name>', 'only those of this channel')
    .option('--stage <stage>', `only those of this stage: ${STAGES}`)
    .option('--destination <name>', 'only those of this destination of the forwarder')
    .option('--state <state>', 'only those in this state: open or redriven')
    .option('--since <time>', 'only webhooks received at this time or later', parseTimeOption)
    .option('--until <time>', 'only webhooks received before this time', parseTimeOption)
    .option('--limit <count>', 'show at most this many', '50')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action((options: ListOptions) => list(options, terminal))
  command
    .command('show')
    .description('show one letter: where it comes from, why it failed, and its bytes')
    .argument('<id>', 'id of the letter, as `dead-letters list` prints it')
    .option('--raw', 'write the bytes to standard output as they are')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action((id: string, options: ShowOptions) => show(id, options, terminal))
  command.addCommand(createRedriveCommand(terminal))
  return command
}
