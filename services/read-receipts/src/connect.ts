import { topicNames } from '@wabastream/contracts'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { type AvroCodec, createAvroCodec, isSchemaRefused } from '@wabastream/schema-registry'
import {
  type ServiceContext,
  toKafkaCompression,
  toKafkaSecurity,
  untilAvailable,
} from '@wabastream/service-host'
import { type ReadReceiptsConfig } from './config.ts'

export interface Connections {
  readonly kafka: KafkaClient
  readonly codec: AvroCodec
  readonly rawPartitions: number
  /** Of the topic of dead letters. */
  readonly letterPartitions: number
}

/** Waits for whatever is away. Only a registry that refuses our schemas ends the process. */
export async function connect({
  config,
  logger,
  registry,
  signal,
}: ServiceContext<ReadReceiptsConfig>): Promise<Connections> {
  const kafka = createKafkaClient({
    brokers: config.kafkaBrokers,
    ...toKafkaSecurity(config),
    ...toKafkaCompression(config),
    clientId: 'wabastream-read-receipts',
    registry,
    onError: (err) => {
      logger.warn({ err }, 'kafka failed and is tried again')
    },
  })
  const codec = createAvroCodec({ url: config.schemaRegistryUrl })
  await untilAvailable({
    what: 'schema registry',
    attempt: () => codec.register(),
    isPermanent: isSchemaRefused,
    logger,
    signal,
  })
  const { deadLetters, raw, readReceipts } = topicNames(1)
  const counts = await untilAvailable({
    what: 'topics',
    attempt: () => kafka.admin.partitionCounts([raw, deadLetters, readReceipts]),
    logger,
    signal,
  })
  return {
    kafka,
    codec,
    rawPartitions: counts.get(raw) ?? 1,
    letterPartitions: counts.get(deadLetters) ?? 1,
  }
}
