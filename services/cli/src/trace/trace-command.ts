import { type ClickHouse } from '@wabastream/clickhouse'
import { Command } from 'commander'
import { CliError } from '../output/cli-error.ts'
import { readTargetIds, readTrace } from './trace-queries.ts'
import { withClickHouse } from '../installation/with-clickhouse.ts'
import { commandText } from '../output/command-text.ts'
import { printable } from '../output/format.ts'
import { renderTrace } from './trace.ts'
import { type Terminal } from '../output/terminal.ts'
import { dataOption, jsonOption, parseTimeOption } from '../installation/options.ts'

interface TraceOptions {
  readonly data: string
  readonly json?: boolean
  readonly from?: number
  readonly to?: number
}

async function trace(messageId: string, options: TraceOptions, terminal: Terminal): Promise<void> {
  if (messageId.trim() === '') {
    const message =
      'The message id is empty: it is the `id` of a message or status, such as wamid.…'
    throw new CliError(message, { exitCode: 2 })
  }
  const find = async (clickhouse: ClickHouse, generation: number): Promise<void> => {
    const found = await readTrace(clickhouse, { messageId, generation })
    if (found.timelines.length === 0 && found.events.length === 0) {
      const { from: fromMs, to: toMs } = options
      const targets = await readTargetIds(clickhouse, { messageId, generation, fromMs, toMs })
      throw new CliError(explainAbsence(messageId, targets, options.data))
    }
    terminal.out(options.json === true ? JSON.stringify(found) : renderTrace(found, terminal))
  }
  await withClickHouse(options.data, find, '--from and --to')
}

function explainAbsence(
  messageId: string,
  targets: readonly string[],
  dataDirectory: string,
): string {
  const name = printable(messageId)
  if (targets.length === 0) {
    return (
      `Message ${name} is not in ClickHouse: no event of it was stored (yet). ` +
      'Ids are compared exactly, case included.'
    )
  }
  const commands = targets
    .map((target) => `  ${printable(commandText(['trace', target], dataDirectory))}`)
    .join('\n')
  return `${name} has no timeline of its own: it is about another message. Try\n${commands}`
}

export function createTraceCommand(terminal: Terminal): Command {
  return new Command('trace')
    .description('draw what became of one message: its events, their place in Kafka, transitions')
    .argument('<message-id>', 'id that the provider gave it; put it after -- if it begins with -')
    .option(
      '--from <time>',
      'where it is the id of a reaction, edit or deletion: received at this time or later',
      parseTimeOption,
    )
    .option('--to <time>', 'likewise: received before this time', parseTimeOption)
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The id of a message is found at once. That of a reaction, edit or deletion is looked for in the
whole history, to name the message that it is about: --from and --to say where.`,
    )
    .action((messageId: string, options: TraceOptions) => trace(messageId, options, terminal))
}
