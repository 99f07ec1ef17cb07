// The stack of `npm run stack`, where the variables that it prints are set. Runs on Node 20.

const LOCAL_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Addresses of the servers that the variables name, undefined unless all three are on this machine:
 * tests make and drop topics and tables, which is nothing for an installation.
 */
export function findRunningStack({ KAFKA_BROKERS, SCHEMA_REGISTRY_URL, CLICKHOUSE_URL }) {
  if (!KAFKA_BROKERS || !SCHEMA_REGISTRY_URL || !CLICKHOUSE_URL) return undefined
  const brokers = KAFKA_BROKERS.split(',')
  const urls = [
    ...brokers.map((broker) => `kafka://${broker}`),
    SCHEMA_REGISTRY_URL,
    CLICKHOUSE_URL,
  ]
  const isHere = urls.every((url) => URL.canParse(url) && LOCAL_HOSTS.has(new URL(url).hostname))
  if (!isHere) return undefined
  return { brokers, schemaRegistryUrl: SCHEMA_REGISTRY_URL, clickhouseUrl: CLICKHOUSE_URL }
}
