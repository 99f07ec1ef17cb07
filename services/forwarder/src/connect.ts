import { topicNames } from '@wabastream/contracts'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { type AvroCodec, createAvroCodec, isSchemaRefused } from '@wabastream/schema-registry'
import {
  type ServiceContext,
  toKafkaCompression,
  toKafkaSecurity,
  untilAvailable,
} from '@wabastream/service-host'
import { type ForwarderConfig } from './config.ts'

export interface Connections {
  readonly kafka: KafkaClient
  readonly codec: AvroCodec
  /** Of the topic of dead letters. */
  readonly letterPartitions: number
}

/** Waits for whatever is away. Only a registry that refuses our schemas ends the process. */
export async function connect({
  config,
  logger,
  registry,
  signal,
}: ServiceContext<ForwarderConfig>): Promise<Connections> {
  const kafka = createKafkaClient({
    brokers: config.kafkaBrokers,
    ...toKafkaSecurity(config),
    ...toKafkaCompression(config),
    clientId: 'wabastream-forwarder',
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
  const { deadLetters, forwarding, raw } = topicNames(1)
  const counts = await untilAvailable({
    what: 'topics',
    attempt: () => kafka.admin.partitionCounts([raw, deadLetters, forwarding]),
    logger,
    signal,
  })
  return { kafka, codec, letterPartitions: counts.get(deadLetters) ?? 1 }
}
