import { setTimeout as delay } from 'node:timers/promises'
import { PortError, type PortErrorCode } from '@wabastream/processing'
import { readConfig, renderConfigHelp } from '@wabastream/service-host'
import { Command, InvalidArgumentError } from 'commander'
import { type PrepareConfig, prepareConfigSchema } from '../installation/config.ts'
import { prepareStack } from './prepare.ts'
import { ServerError } from '../installation/server-error.ts'
import { createSteps, type Steps } from '../output/steps.ts'
import { topicSpecs } from '../installation/topics.ts'
import { type Terminal } from '../output/terminal.ts'

const RETRY_MS = 3_000
const TIMEOUT_SECONDS = 300
const TIMEOUT_SECONDS_MAX = 3_600
/** Errors that waiting does not cure: the settings, or what is there, must be changed. */
const PERMANENT: ReadonlySet<PortErrorCode> = new Set([
  'wrong_partition_count',
  'schema_refused',
  'migration_edited',
  'not_replicated',
  'unknown_time_zone',
])

interface PrepareFlags {
  readonly topics: boolean
  readonly timeout: number
}

function parseTimeout(text: string): number {
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= TIMEOUT_SECONDS_MAX) return seconds
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${TIMEOUT_SECONDS_MAX}.`)
}

/** Tries again while something is away, until the time is up. */
async function prepare(flags: PrepareFlags, terminal: Terminal): Promise<void> {
  const config = readConfig({ schema: prepareConfigSchema, env: process.env, service: 'prepare' })
  const steps = createSteps(terminal)
  const deadlineMs = performance.now() + flags.timeout * 1_000
  for (;;) {
    try {
      await prepareOnce(config, flags, steps)
      return
    } catch (error) {
      if (isPermanent(error) || performance.now() + RETRY_MS > deadlineMs) throw error
      steps.warn(`${error instanceof Error ? error.message : String(error)}; again soon`)
    }
    await delay(RETRY_MS)
  }
}

function prepareOnce(config: PrepareConfig, flags: PrepareFlags, steps: Steps): Promise<void> {
  const { kafkaBrokers: brokers, schemaRegistryUrl, clickhouseUrl } = config
  const topics = flags.topics ? topicSpecs(config) : []
  return prepareStack({ brokers, schemaRegistryUrl, clickhouseUrl }, config, steps, { topics })
}

function isPermanent(error: unknown): boolean {
  if (error instanceof ServerError) return isPermanent(error.cause)
  return error instanceof PortError && PERMANENT.has(error.code)
}

export function createPrepareCommand(terminal: Terminal): Command {
  return new Command('prepare')
    .description('create topics, schemas, tables and views as this version needs them; repeatable')
    .option('--no-topics', 'leave topics alone, because an operator creates them')
    .option(
      '--timeout <seconds>',
      'how long to wait for what is away',
      parseTimeout,
      TIMEOUT_SECONDS,
    )
    .addHelpText('after', () => `\n${renderConfigHelp('prepare', prepareConfigSchema)}`)
    .action((flags: PrepareFlags) => prepare(flags, terminal))
}
