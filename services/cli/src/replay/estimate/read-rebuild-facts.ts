import { availableParallelism } from 'node:os'
import { consumerGroup, databaseName, topicNames } from '@wabastream/contracts'
import { type Installation } from '../../installation/installation.ts'
import { type RebuildFacts } from './estimate-rebuild.ts'
import { readRebuildRate } from './rebuild-rate.ts'

/**
 * `offsets`: where the rebuild begins, by raw partition; undefined if it goes on where its group
 * stands.
 */
export async function readRebuildFacts(
  { clickhouse, dataDirectory, kafka, live }: Installation,
  { into, offsets }: { readonly into: number; readonly offsets: Offsets | undefined },
): Promise<RebuildFacts> {
  const { raw } = topicNames(into)
  const [ends, from, rows, cpuUsPerWebhook] = await Promise.all([
    kafka.admin.endOffsets(raw),
    offsets ?? kafka.admin.committedOffsets(consumerGroup('decoder', into), raw),
    clickhouse.query<{ readonly webhooks: number; readonly bytes: number }>(
      `SELECT sumIf(rows, table = 'raw_webhooks') AS webhooks, sum(bytes_on_disk) AS bytes
       FROM system.parts WHERE active AND database = {database:String}`,
      { database: databaseName(live) },
    ),
    readRebuildRate(dataDirectory),
  ])
  const webhooks = [...ends].reduce(
    (sum, [partition, end]) => sum + Math.max(0, end - (from.get(partition) ?? 0)),
    0,
  )
  return {
    webhooks,
    liveWebhooks: rows[0]?.webhooks ?? 0,
    liveBytes: rows[0]?.bytes ?? 0,
    cpuUsPerWebhook,
    cores: availableParallelism(),
  }
}

type Offsets = ReadonlyMap<number, number>
