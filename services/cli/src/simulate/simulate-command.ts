import { isProfileName, type ProfileName, profiles, type ProviderKind } from '@wabastream/simulator'
import { Command, InvalidArgumentError, Option } from 'commander'
import { dataOption, jsonOption } from '../installation/options.ts'
import { CliError } from '../output/cli-error.ts'
import { type Terminal } from '../output/terminal.ts'
import { ensureKey, withKeys } from './api-key.ts'
import { findLocalTarget, type SimulationTarget } from './local-target.ts'
import { toNamedTarget } from './named-target.ts'
import { isWebhookUrl, readWebhook } from './named-webhook.ts'
import { runSimulation } from './run-simulation.ts'

interface SimulateFlags {
  readonly webhook?: string
  readonly webhookFile?: string
  readonly secretFile?: string
  readonly provider: ProviderKind
  readonly number: readonly string[]
  readonly account: string
  readonly profile?: ProfileName
  readonly for?: number
  readonly messages?: number
  readonly chaos?: boolean
  readonly timeFactor: number
  readonly queue: number
  readonly drain: number
  readonly answerTimeout: number
  readonly serve?: number
  readonly keyFile?: string
  readonly insecure?: boolean
  readonly seed: string
  readonly data: string
  readonly json?: boolean
}

const DURATION_SECONDS = 30
const TIME_FACTOR = 60
const QUEUE_MAX = 100_000
const DRAIN_SECONDS = 15
const ANSWER_TIMEOUT_SECONDS = 5
const NUMBER_ID = '106540352242922'
const ACCOUNT_ID = '102290129340398'
const PORT_MAX = 65_535

function parsePositive(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('It must be a number above 0.')
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count >= 1) return count
  throw new InvalidArgumentError('It must be a whole number from 1.')
}

function parsePort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= PORT_MAX) return port
  throw new InvalidArgumentError(`It must be a port, up to ${PORT_MAX}; 0 takes any free one.`)
}

function parseWebhook(text: string): string {
  if (isWebhookUrl(text)) return text
  throw new InvalidArgumentError('It must be a URL with http or https.')
}

function parseNumberId(text: string, before: readonly string[]): readonly string[] {
  if (/^\d{1,32}$/.test(text)) return [...before, text]
  throw new InvalidArgumentError('It must be a phone number id, which is digits.')
}

function parseProfile(text: string): ProfileName {
  if (isProfileName(text)) return text
  throw new InvalidArgumentError(`It must be one of ${Object.keys(profiles).join(', ')}.`)
}

async function simulate(flags: SimulateFlags, terminal: Terminal): Promise<void> {
  const isServing = flags.serve !== undefined
  const hasTraffic = [flags.profile, flags.for, flags.messages].some((flag) => flag !== undefined)
  await runSimulation(
    {
      target: await chooseTarget(flags, terminal),
      play:
        isServing && !hasTraffic && flags.chaos !== true
          ? undefined
          : {
              profile: profiles[flags.profile ?? 'shop'],
              isChaotic: flags.chaos === true,
              ...(flags.messages === undefined ? {} : { messagesMax: flags.messages }),
              ...endOf(flags),
            },
      servePort: flags.serve,
      timeFactor: flags.timeFactor,
      queueMax: flags.queue,
      drainMs: flags.drain * 1_000,
      answerTimeoutMs: flags.answerTimeout * 1_000,
      insecure: flags.insecure === true,
      seed: flags.seed,
      json: flags.json === true,
    },
    terminal,
  )
}

/** Traffic ends by itself, except when an API is served and nothing says when. */
function endOf(flags: SimulateFlags): { readonly durationMs?: number } {
  if (flags.for !== undefined) return { durationMs: flags.for * 1_000 }
  if (flags.messages !== undefined || flags.serve !== undefined) return {}
  return { durationMs: DURATION_SECONDS * 1_000 }
}

async function chooseTarget(flags: SimulateFlags, terminal: Terminal): Promise<SimulationTarget> {
  const { account, number, provider, secretFile, serve } = flags
  const webhook = await readWebhook(flags)
  const isNamed = webhook !== undefined || number.length > 0
  if (!isNamed && secretFile !== undefined) {
    throw new CliError('--secret-file needs --webhook, --webhook-file or --number.', {
      exitCode: 2,
    })
  }
  const numberIds = number.length > 0 ? number : [NUMBER_ID]
  const target = isNamed
    ? await toNamedTarget({ webhook, secretFile, provider, numberIds, accountId: account })
    : await findLocalTarget(flags.data)
  return serve === undefined ? target : withKeys(target, await ensureKey(flags, terminal))
}

export function createSimulateCommand(terminal: Terminal): Command {
  return new Command('simulate')
    .description('play the provider: send webhooks, serve its APIs, and report the answers')
    .option('--webhook <url>', 'where webhooks go (default: the running npm start)', parseWebhook)
    .option('--webhook-file <file>', 'file with the URL: one with a token in it is a secret')
    .option('--secret-file <file>', 'file with the secret that signs them')
    .addOption(
      new Option('--provider <kind>', 'whose webhooks and APIs they are')
        .choices(['cloud-api', '360dialog', 'on-premises'])
        .default('cloud-api'),
    )
    .option('--number <id>', 'phone number id; can be repeated', parseNumberId, [])
    .option('--account <id>', 'id of the WhatsApp Business Account of the numbers', ACCOUNT_ID)
    .option(
      '--profile <name>',
      'quiet, shop, busy or 1000: 0.2, 2, 50 or 1000 messages per second (default: shop)',
      parseProfile,
    )
    .option(
      '--for <seconds>',
      `how long messages begin (default: ${DURATION_SECONDS})`,
      parsePositive,
    )
    .option('--messages <count>', 'how many messages begin', parseCount)
    .option('--chaos', 'with duplicates, delays, large batches and bodies, people without a number')
    .option(
      '--time-factor <number>',
      'how much faster a message is read and a webhook is tried again',
      parsePositive,
      TIME_FACTOR,
    )
    .option(
      '--queue <webhooks>',
      'webhooks that the queue of a number holds',
      parseCount,
      QUEUE_MAX,
    )
    .option(
      '--drain <seconds>',
      'longest wait after the last message for what is still to come',
      parsePositive,
      DRAIN_SECONDS,
    )
    .option(
      '--answer-timeout <seconds>',
      'time in which a webhook has to be answered',
      parsePositive,
      ANSWER_TIMEOUT_SECONDS,
    )
    .option('--serve <port>', 'serve the APIs on this port of 127.0.0.1 until Ctrl-C', parsePort)
    .option('--key-file <file>', 'with --serve: file with the key of the numbers; made if missing')
    .option('--insecure', 'accept any certificate of the webhook')
    .option('--seed <text>', 'seed of names and contents', 'simulate')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Exit code 1: something was lost, or is not acknowledged at the end. Ctrl-C ends with the report.
docs/simulator.md says what is sent, what is compressed, and which routes --serve has.

  wabastream simulate
  wabastream simulate --profile busy --chaos --for 60
  wabastream simulate --webhook https://hooks.example.com/wa --secret-file app-secret --messages 100
  wabastream simulate --profile 1000 --for 30 --json
  wabastream simulate --serve 9480 --number 106540352242922`,
    )
    .action((flags: SimulateFlags) => simulate(flags, terminal))
}
