import { type Beginning, type Destination } from '@wabastream/forwarding'
import { renderConfigHelp } from '@wabastream/service-host'
import { Command } from 'commander'
import { findDestinations } from '../installation/destinations.ts'
import { withInstallation } from '../installation/installation.ts'
import { dataOption, jsonOption, parseTimeOption } from '../installation/options.ts'
import { CliError } from '../output/cli-error.ts'
import { type Terminal } from '../output/terminal.ts'
import { begin, setPaused } from './change-destination.ts'
import { forwardConfigSchema, readControl, withKafka } from './forwarding.ts'
import { readStatus } from './read-status.ts'
import { removeDestination } from './remove-destination.ts'
import { renderForwarded, renderStatus } from './render-status.ts'
import { createForwardReplayCommand } from './replay-command.ts'
import { traceForwarded } from './trace-forwarded.ts'

interface Flags {
  readonly data: string
  readonly json?: boolean
}

async function status(
  names: readonly string[],
  flags: Flags & { readonly message?: string },
  terminal: Terminal,
): Promise<void> {
  const configured = await findDestinations(flags.data).catch((error: unknown) => {
    // Kafka knows of those that have begun.
    if (error instanceof CliError) return []
    throw error
  })
  if (flags.message !== undefined) {
    return statusOfMessage({ ...flags, message: flags.message, names, configured }, terminal)
  }
  await withKafka(flags.data, async (kafka) => {
    const all = await readStatus(kafka, {
      control: await readControl(kafka),
      configured: configured.map(({ name }) => name),
      nowMs: Date.now(),
    })
    const absent = names.filter((name) => !all.some(({ destination }) => destination === name))
    if (absent.length > 0) {
      throw new CliError(`There is no destination ${absent.join(', ')}.`, { exitCode: 2 })
    }
    const asked = all.filter(({ destination }) => names.length === 0 || names.includes(destination))
    if (flags.json === true) for (const one of asked) terminal.out(JSON.stringify(one))
    else terminal.out(renderStatus(asked, terminal.paint))
    const isBad = asked.some(({ difference, lost }) => difference > 0 || lost > 0)
    if (isBad) process.exitCode = 1
  })
}

async function statusOfMessage(
  given: Flags & {
    readonly message: string
    readonly names: readonly string[]
    readonly configured: readonly Destination[]
  },
  terminal: Terminal,
): Promise<void> {
  const { configured, data, json, message, names } = given
  await withInstallation(data, async ({ clickhouse, kafka, live }) => {
    const control = await readControl(kafka)
    const all = [...configured.map(({ name }) => name), ...control.starts.keys()]
    const webhooks = await traceForwarded({
      kafka,
      clickhouse,
      generation: live,
      control,
      configured,
      destinations: names.length > 0 ? names : [...new Set(all)].toSorted(),
      messageId: message,
    })
    if (json === true) for (const one of webhooks) terminal.out(JSON.stringify(one))
    else terminal.out(renderForwarded(webhooks, terminal.columns))
  })
}

function parseBeginning(text: string): Beginning {
  return text === 'now' || text === 'beginning' ? text : parseTimeOption(text)
}

export function createForwardCommand(terminal: Terminal): Command {
  const command = new Command('forward')
    .description('say what became of webhooks that are handed on, and send them again')
    .addHelpText('after', () => `\n${renderConfigHelp('forward', forwardConfigSchema)}`)
  command
    .command('status')
    .description('what each destination has acknowledged, refused and not yet taken')
    .argument('[destination...]', 'only these')
    .option('--message <id>', 'what became of each webhook about this message')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
What is kept in Kafka counts, which a forwarder brings up to date each second. Exit code 1:
something was deleted before it was sent, or counts and positions disagree.`,
    )
    .action((names: readonly string[], flags: Flags) => status(names, flags, terminal))
  command.addCommand(createForwardReplayCommand(terminal))
  const named = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .argument('<destination>', 'its name')
      .addOption(dataOption())
  named('begin', 'say where a new destination begins, before a forwarder has met it')
    .requiredOption('--from <where>', 'now, beginning, or a time', parseBeginning)
    .option('--again', 'forget what it was done with, and begin anew')
    .action((name: string, flags: Flags & { from: Beginning; again?: boolean }) =>
      withKafka(flags.data, (kafka) =>
        begin(kafka, { name, from: flags.from, isAgain: flags.again === true }, terminal),
      ),
    )
  named('pause', 'send it nothing for a while; what comes in waits').action(
    (name: string, flags: Flags) =>
      withKafka(flags.data, (kafka) => setPaused(kafka, { name, isPaused: true }, terminal)),
  )
  named('resume', 'go on with a destination that is paused').action((name: string, flags: Flags) =>
    withKafka(flags.data, (kafka) => setPaused(kafka, { name, isPaused: false }, terminal)),
  )
  named('remove', 'forget a destination that is no longer configured').action(
    (name: string, flags: Flags) => removeDestination(name, flags.data, terminal),
  )
  return command
}
