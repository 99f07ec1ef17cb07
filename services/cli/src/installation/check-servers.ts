import { type StackAddresses } from '@wabastream/local-stack'
import { readViewsGeneration } from '@wabastream/clickhouse'
import { topicNames } from '@wabastream/contracts'
import { KafkaError } from '@wabastream/kafka'
import { checkSchemas } from '@wabastream/schema-registry'
import { connectKafka } from './connect-kafka.ts'
import { gather, naming } from './server-error.ts'
import { connectClickHouse } from './connect-clickhouse.ts'

/**
 * Asks each of the servers something. Throws an error that names all that refuse, and says what to
 * do.
 */
export async function assertServersAnswer(addresses: StackAddresses): Promise<void> {
  const outcomes = await Promise.allSettled([
    naming('Kafka', addresses, () => askKafka(addresses)),
    naming('schema registry', addresses, () => checkSchemas(addresses.schemaRegistryUrl)),
    naming('ClickHouse', addresses, () => askClickHouse(addresses)),
  ])
  const reasons = outcomes.flatMap((outcome): readonly unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  )
  if (reasons.length > 0) throw gather(reasons)
}

async function askKafka({ brokers }: StackAddresses): Promise<void> {
  const kafka = connectKafka(brokers)
  try {
    await kafka.admin.partitionCounts([topicNames(1).raw])
  } catch (error) {
    // Get an answer before the topics are made.
    if (!(error instanceof KafkaError) || error.code !== 'unknown_topic') throw error
  } finally {
    await kafka.close()
  }
}

async function askClickHouse({ clickhouseUrl }: StackAddresses): Promise<void> {
  const clickhouse = connectClickHouse({ url: clickhouseUrl })
  try {
    await readViewsGeneration(clickhouse)
  } finally {
    await clickhouse.close()
  }
}
