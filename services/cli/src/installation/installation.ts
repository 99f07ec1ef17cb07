import { type StackAddresses } from '@wabastream/local-stack'
import { type ClickHouse, readViewsGeneration } from '@wabastream/clickhouse'
import { topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { readConfig } from '@wabastream/service-host'
import { readAddresses } from './addresses.ts'
import { CliError } from '../output/cli-error.ts'
import { replayConfigSchema } from './config.ts'
import { connectKafka } from './connect-kafka.ts'
import { explainStopped } from './stopped-query.ts'
import { type TopicSettings } from './topics.ts'
import { connectClickHouseServers } from './connect-clickhouse.ts'

/** What is installed and running, with connections to it. */
export interface Installation {
  readonly addresses: StackAddresses
  /** The generation that analysts see. */
  readonly live: number
  /** For the topics of another generation. */
  readonly settings: Omit<TopicSettings, 'generation' | 'retentionDays' | 'contentRetentionDays'>
  /** The requested number; by default it is found out. */
  readonly retentionDays: number | undefined
  /** Of texts and names, likewise. */
  readonly contentRetentionDays: number | undefined
  readonly dataDirectory: string
  readonly kafka: KafkaClient
  readonly clickhouse: ClickHouse
  /** The other servers of a cluster; undefined if there is none. */
  readonly otherServers: readonly ClickHouse[] | undefined
}

/** A rebuild asks ClickHouse for more than a service does. */
const QUERY_TIMEOUT_MS = 600_000

/**
 * Runs `use` with the environment's installation, or with the local one that is running. If
 * ClickHouse stops a query, says what asks for less.
 */
export async function withInstallation(
  dataDirectory: string,
  use: (installation: Installation) => Promise<void>,
  /** Options that make its queries read less. */
  narrowing?: string,
): Promise<void> {
  const config = readConfig({ schema: replayConfigSchema, env: process.env, service: 'replay' })
  const addresses = externalAddresses(config) ?? (await runningAddresses(dataDirectory))
  const kafka = connectKafka(addresses.brokers)
  const servers = connectClickHouseServers({
    url: addresses.clickhouseUrl,
    requestTimeoutMs: QUERY_TIMEOUT_MS,
  })
  const { client: clickhouse, others: otherServers } = servers
  try {
    const live = await readViewsGeneration(clickhouse)
    if (live === undefined) {
      throw new CliError('There are no views yet, so there is nothing to rebuild: start first.')
    }
    const { contentRetentionDays, minInsyncReplicas, retentionDays } = config
    const partitions = config.partitions ?? (await countPartitions(kafka, live))
    const settings = { partitions, minInsyncReplicas }
    await use({
      addresses,
      live,
      settings,
      retentionDays,
      contentRetentionDays,
      dataDirectory,
      kafka,
      clickhouse,
      otherServers,
    })
  } catch (error) {
    throw explainStopped(error, narrowing) ?? error
  } finally {
    await Promise.all([kafka.close(), servers.close()])
  }
}

async function countPartitions(kafka: KafkaClient, generation: number): Promise<number> {
  const { events } = topicNames(generation)
  const partitions = (await kafka.admin.partitionCounts([events])).get(events)
  if (partitions === undefined) throw new CliError(`Topic ${events} is missing.`)
  return partitions
}

function externalAddresses(config: {
  readonly kafkaBrokers?: readonly string[] | undefined
  readonly schemaRegistryUrl?: string | undefined
  readonly clickhouseUrl?: string | undefined
}): StackAddresses | undefined {
  const { kafkaBrokers: brokers, schemaRegistryUrl, clickhouseUrl } = config
  return brokers === undefined || schemaRegistryUrl === undefined || clickhouseUrl === undefined
    ? undefined
    : { brokers, schemaRegistryUrl, clickhouseUrl }
}

async function runningAddresses(dataDirectory: string): Promise<StackAddresses> {
  const running = await readAddresses(dataDirectory)
  if (running !== undefined) return { ...running, brokers: running.kafkaBrokers }
  throw new CliError(
    'No installation is known: run `npm start` in another terminal, or set KAFKA_BROKERS, ' +
      'SCHEMA_REGISTRY_URL and CLICKHOUSE_URL. (--data names another folder than ' +
      `${dataDirectory}.)`,
  )
}
