import { renderConfigHelp } from '@wabastream/service-host'
import { Command } from 'commander'
import { jsonOption } from '../installation/options.ts'
import { type Terminal } from '../output/terminal.ts'
import { removeWebhooks, setWebhooks } from './change-webhook.ts'
import { numbersConfigSchema } from './numbers.ts'
import { rotateKeys } from './rotate-key.ts'
import { list, status, verify } from './show-numbers.ts'

interface GivenFlags {
  readonly all?: boolean
  readonly json?: boolean
  readonly dryRun?: boolean
  readonly keyFile?: string
  readonly fromProvider?: boolean
}

type Action = (
  flags: {
    readonly aliases: readonly string[]
    readonly all: boolean
    readonly json: boolean
    readonly dryRun: boolean
    readonly keyFile: string | undefined
    readonly fromProvider: boolean
  },
  terminal: Terminal,
) => Promise<void>

const STATES = `
States: ok; missing (the provider has no URL); foreign (it sends elsewhere); inherited (it sends to
us, by a setting of the account or application); key_invalid; not_subscribed (fields are missing);
unreachable. Exit code 1: a number is in another state than ok.`

const ROTATION = `
Without --key-file and --from-provider it asks for the key, or reads it from the standard input. It
is stored beside the one in use, the URL is set again with it, status and handshake prove it, and
only then the former key is let go. Whatever stops it: the same command goes on.
With 360dialog a new key ends the former one, and the webhook with it.`

export function createNumbersCommand(terminal: Terminal): Command {
  const command = new Command('numbers')
    .description("see and change the numbers' webhooks and keys at their providers")
    .addHelpText('after', () => `\n${renderConfigHelp('numbers', numbersConfigSchema)}`)
  const add = (name: string, description: string, action: Action): Command =>
    command
      .command(name)
      .description(description)
      .argument('[alias...]', 'only these numbers')
      .option('--all', 'all numbers of the file')
      .addOption(jsonOption())
      .action((aliases: readonly string[], given: GivenFlags) => {
        const { all = false, dryRun = false, fromProvider = false, json = false, keyFile } = given
        return action({ aliases, all, dryRun, fromProvider, json, keyFile }, terminal)
      })
  const changing = (name: string, description: string, action: Action): Command =>
    add(name, description, action).option(
      '--dry-run',
      'say what would be changed, and change nothing',
    )
  add('list', 'the numbers of the file, without asking a provider', list)
  add(
    'status',
    'the URL that each provider has, beside the one that is wanted',
    status,
  ).addHelpText('after', STATES)
  add('verify', 'status, and the handshake of a provider with our URL', verify).addHelpText(
    'after',
    STATES,
  )
  changing('set-webhook', "set the number's own URL, as the file has it", setWebhooks)
  changing('remove-webhook', "remove the number's own URL", removeWebhooks)
  changing('rotate-key', 'replace the key, and set the URL again with it', rotateKeys)
    .option('--key-file <path>', 'file that holds the new key; - is the standard input')
    .option('--from-provider', 'ask the provider for the new key (360dialog, with a partner)')
    .addHelpText('after', ROTATION)
  return command
}
