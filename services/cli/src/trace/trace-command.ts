import { Command } from 'commander'
import { CliError } from '../output/cli-error.ts'
import { readTargetIds, readTrace } from './trace-queries.ts'
import { withClickHouse } from '../installation/with-clickhouse.ts'
import { commandText } from '../output/command-text.ts'
import { printable } from '../output/format.ts'
import { renderTrace } from './trace.ts'
import { type Terminal } from '../output/terminal.ts'
import { dataOption, jsonOption } from '../installation/options.ts'

interface TraceOptions {
  readonly data: string
  readonly json?: boolean
}

async function trace(messageId: string, options: TraceOptions, terminal: Terminal): Promise<void> {
  if (messageId.trim() === '') {
    const message =
      'The message id is empty: it is the `id` of a message or status, such as wamid.…'
    throw new CliError(message, { exitCode: 2 })
  }
  await withClickHouse(options.data, async (clickhouse, generation) => {
    const found = await readTrace(clickhouse, { messageId, generation })
    if (found.timelines.length === 0 && found.events.length === 0) {
      const targets = await readTargetIds(clickhouse, { messageId, generation })
      throw new CliError(explainAbsence(messageId, targets, options.data))
    }
    terminal.out(options.json === true ? JSON.stringify(found) : renderTrace(found, terminal))
  })
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
    .addOption(dataOption())
    .addOption(jsonOption())
    .action((messageId: string, options: TraceOptions) => trace(messageId, options, terminal))
}
