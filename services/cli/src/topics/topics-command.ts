import { type KafkaClient } from '@wabastream/kafka'
import { readConfig, renderConfigHelp } from '@wabastream/service-host'
import { Command } from 'commander'
import { readAddresses } from '../installation/addresses.ts'
import { CliError } from '../output/cli-error.ts'
import { topicsConfigSchema } from '../installation/config.ts'
import { connectKafka } from '../installation/connect-kafka.ts'
import { type TopicSettings } from '../installation/topics.ts'
import { type Terminal } from '../output/terminal.ts'
import { renderPlan, renderTopics } from './render-topics.ts'
import { applyTopics, readTopicReport } from './run-topics.ts'
import { dataOption, jsonOption } from '../installation/options.ts'

interface TopicsFlags {
  readonly data: string
  readonly json?: boolean
  readonly create?: boolean
  readonly alter?: boolean
  readonly dryRun?: boolean
}

const FIRST_GENERATION = 1

async function topics(flags: TopicsFlags, terminal: Terminal): Promise<void> {
  const config = readConfig({ schema: topicsConfigSchema, env: process.env, service: 'topics' })
  const running = await readAddresses(flags.data)
  const brokers = config.kafkaBrokers ?? running?.kafkaBrokers
  if (brokers === undefined) {
    throw new CliError('Kafka is not known: set KAFKA_BROKERS, or run `npm start`.')
  }
  const generation = config.generation ?? running?.generation ?? FIRST_GENERATION
  const kafka = connectKafka(brokers)
  try {
    await report(kafka, { ...config, generation }, flags, terminal)
  } finally {
    await kafka.close()
  }
}

async function report(
  kafka: KafkaClient,
  settings: TopicSettings,
  flags: TopicsFlags,
  terminal: Terminal,
): Promise<void> {
  const { json = false, create = false, alter = false, dryRun = false } = flags
  const before = await readTopicReport(kafka, settings)
  const plan = await applyTopics(kafka, before, { create, alter, dryRun })
  const isChanged = !dryRun && (plan.create.length > 0 || plan.alter.length > 0)
  const after = isChanged ? await readTopicReport(kafka, settings) : before
  const { differences, specs } = after
  if (json) {
    terminal.out(JSON.stringify({ topics: specs, differences, plan, isDryRun: dryRun }))
  } else {
    terminal.out(renderTopics(specs, after, terminal.paint))
    for (const line of renderPlan(plan, dryRun)) terminal.out(line)
  }
  if (differences.some(({ severity }) => severity === 'broken')) process.exitCode = 1
}

export function createTopicsCommand(terminal: Terminal): Command {
  return new Command('topics')
    .description(
      'show the topics that wabastream needs, with wanted and live settings side by side',
    )
    .option('--create', 'create the missing ones')
    .option('--alter', 'raise settings that fall short; partitions and replicas stay')
    .option('--dry-run', 'only show what --create and --alter would do')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      () => `
Exit code 1: something is broken (✗). Settings above what is wanted are left alone.

${renderConfigHelp('topics', topicsConfigSchema)}`,
    )
    .action((flags: TopicsFlags) => topics(flags, terminal))
}
