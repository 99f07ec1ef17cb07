import { type ClickHouse, findMissingColumns } from '@wabastream/clickhouse'
import { databaseName, keyedTopics, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { assertPartitionCounts } from '@wabastream/processing'
import { type SinkMetrics } from './status/sink-metrics.ts'

/** Throws while tables or columns that rows need are missing; tells the alarm which tables. */
export async function assertTables(
  client: ClickHouse,
  generation: number,
  metrics: SinkMetrics,
): Promise<void> {
  const missing = await findMissingColumns(client, databaseName(generation))
  const broken = new Set(missing.map((name) => name.split('.', 1)[0]))
  for (const table of metrics.tables) metrics.stopped.set({ table }, broken.has(table) ? 1 : 0)
  if (missing.length === 0) return
  const database = databaseName(generation)
  throw new Error(`missing in ${database}, migrations to be run: ${missing.join(', ')}`)
}

/** Resolves with the partitions of the dead letters; throws when the keyed topics do not match. */
export async function readPartitions(
  admin: KafkaClient['admin'],
  { generation, partitions }: { readonly generation: number; readonly partitions: number },
): Promise<{ readonly deadLetters: number }> {
  const { decoded, deadLetters } = topicNames(generation)
  const keyed = keyedTopics(generation)
  const counts = await admin.partitionCounts([decoded, deadLetters, ...keyed])
  assertPartitionCounts(keyed, counts, partitions)
  return { deadLetters: counts.get(deadLetters) ?? 1 }
}
