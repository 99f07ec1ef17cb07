/** Where Kafka, the registry and ClickHouse are; an address may hold a password. */
export interface StackAddresses {
  readonly brokers: readonly string[]
  readonly schemaRegistryUrl: string
  readonly clickhouseUrl: string
}
