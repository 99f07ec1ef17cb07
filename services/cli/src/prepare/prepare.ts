import { type StackAddresses } from '@wabastream/local-stack'
import { migrate, untilInsertsEnded } from '@wabastream/clickhouse'
import { PartitionCountError } from '@wabastream/processing'
import { createAvroCodec } from '@wabastream/schema-registry'
import { connectClickHouseServers } from '../installation/connect-clickhouse.ts'
import { connectKafka } from '../installation/connect-kafka.ts'
import { raiseRetention } from '../topics/raise-retention.ts'
import { gather, naming } from '../installation/server-error.ts'
import { type Steps } from '../output/steps.ts'
import { type TopicSettings, type TopicSpec, topicSpecs } from '../installation/topics.ts'

/** A migration may move all rows of a table. */
const MIGRATION_TIMEOUT_MS = 600_000

export interface PrepareOptions {
  /** Without a list, all; an empty one leaves topics alone. */
  readonly topics?: readonly TopicSpec[]
  /** One ClickHouse server, which tells of all inserts: they are not waited for blindly. */
  readonly isOnlyServer?: boolean
}

/**
 * Makes topics, schemas and tables as this version needs them. Throws an error that names every
 * server that refused.
 */
export async function prepareStack(
  addresses: StackAddresses,
  settings: TopicSettings,
  steps: Steps,
  { isOnlyServer = false, topics = topicSpecs(settings) }: PrepareOptions = {},
): Promise<void> {
  const outcomes = await Promise.allSettled([
    ...(topics.length === 0
      ? []
      : [
          steps.run('topics', () =>
            naming('Kafka', addresses, () => prepareTopics(addresses.brokers, topics)),
          ),
        ]),
    steps.run('schemas registered', () =>
      naming('schema registry', addresses, () => registerSchemas(addresses.schemaRegistryUrl)),
    ),
    steps.run('ClickHouse tables and views', () =>
      naming('ClickHouse', addresses, () => migrateTables(addresses, settings, isOnlyServer)),
    ),
  ])
  const reasons = outcomes.flatMap((outcome): readonly unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  )
  if (reasons.length > 0) throw gather(reasons)
}

async function prepareTopics(
  brokers: readonly string[],
  topics: readonly TopicSpec[],
): Promise<void> {
  const kafka = connectKafka(brokers)
  try {
    await kafka.admin.ensureTopics(topics)
    await raiseRetention(kafka.admin, topics)
  } catch (error) {
    throw withAdvice(error)
  } finally {
    await kafka.close()
  }
}

function withAdvice(error: unknown): unknown {
  if (!(error instanceof PartitionCountError)) return error
  const advice =
    'keys are bound to partitions for the life of a generation: set PARTITIONS to what ' +
    'is there, or rebuild into another generation with `wabastream replay`'
  return new PartitionCountError(`${error.message}; ${advice}`, { cause: error })
}

async function registerSchemas(url: string): Promise<void> {
  await createAvroCodec({ url }).register()
}

async function migrateTables(
  addresses: StackAddresses,
  settings: TopicSettings,
  isOnlyServer: boolean,
): Promise<void> {
  const servers = connectClickHouseServers({
    url: addresses.clickhouseUrl,
    requestTimeoutMs: MIGRATION_TIMEOUT_MS,
  })
  try {
    const { client, others } = servers
    const { contentRetentionDays, generation, numberTimeZones, retentionDays } = settings
    const kept = { retentionDays, contentRetentionDays }
    const waitMs = isOnlyServer
      ? (durationMs: number) => untilInsertsEnded(client, durationMs)
      : undefined
    await migrate({ client, others, generation, ...kept, numberTimeZones, waitMs })
  } finally {
    await servers.close()
  }
}
