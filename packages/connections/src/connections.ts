import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { type AvroCodec, createAvroCodec, isSchemaRefused } from '@wabastream/schema-registry'
import {
  type KafkaCompressionConfig,
  type KafkaSecurityConfig,
  type ServiceContext,
  toKafkaCompression,
  toKafkaSecurity,
  untilAvailable,
} from '@wabastream/service-host'

export interface Connections {
  readonly kafka: KafkaClient
  readonly codec: AvroCodec
}

interface ConnectionSettings extends KafkaSecurityConfig, KafkaCompressionConfig {
  readonly kafkaBrokers: readonly string[]
  readonly schemaRegistryUrl: string
}

/** The clients of Kafka and of the registry that a service works with. Nothing is sent yet. */
export function openConnections(
  clientId: string,
  {
    config,
    logger,
    registry,
  }: Pick<ServiceContext<ConnectionSettings>, 'config' | 'logger' | 'registry'>,
): Connections {
  return {
    codec: createAvroCodec({ url: config.schemaRegistryUrl }),
    kafka: createKafkaClient({
      brokers: config.kafkaBrokers,
      ...toKafkaSecurity(config),
      ...toKafkaCompression(config),
      clientId,
      registry,
      onError: (err) => {
        logger.warn({ err }, 'kafka failed and is tried again')
      },
    }),
  }
}

/** Waits for a registry that is away. Throws where it refuses our schemas: that does not pass. */
export async function registerSchemas(
  codec: AvroCodec,
  { logger, signal }: Pick<ServiceContext<unknown>, 'logger' | 'signal'>,
): Promise<void> {
  await untilAvailable({
    what: 'schema registry',
    attempt: () => codec.register(),
    isPermanent: isSchemaRefused,
    logger,
    signal,
  })
}
