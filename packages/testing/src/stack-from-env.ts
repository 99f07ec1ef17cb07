import { type StackAddresses } from '@wabastream/local-stack'

/**
 * Addresses of the running Kafka, registry and ClickHouse. If one is missing, throws an error that
 * says what to do.
 */
export function stackFromEnv(): StackAddresses {
  const {
    KAFKA_BROKERS: brokers,
    SCHEMA_REGISTRY_URL: registry,
    CLICKHOUSE_URL: clickhouse,
  } = process.env
  if (!brokers || !registry || !clickhouse) {
    throw new Error(
      'This test needs the stack: run `npm test`, or start `npm run stack` and set the variables it prints.',
    )
  }
  return { brokers: brokers.split(','), schemaRegistryUrl: registry, clickhouseUrl: clickhouse }
}
