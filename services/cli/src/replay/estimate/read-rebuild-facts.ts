import { availableParallelism } from 'node:os'
import { type ClickHouse } from '@wabastream/clickhouse'
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
    readLiveRows(clickhouse, live),
    readRebuildRate(dataDirectory),
  ])
  const webhooks = [...ends].reduce(
    (sum, [partition, end]) => sum + Math.max(0, end - (from.get(partition) ?? 0)),
    0,
  )
  return {
    webhooks,
    liveWebhooks: rows.webhooks,
    liveBytes: rows.bytes,
    cpuUsPerWebhook,
    cores: availableParallelism(),
  }
}

type Offsets = ReadonlyMap<number, number>

interface LiveRows {
  readonly webhooks: number
  readonly bytes: number
}

/** None if this user may not see the tables: an estimate must not stop a rebuild. */
async function readLiveRows(
  clickhouse: Pick<ClickHouse, 'query'>,
  live: number,
): Promise<LiveRows> {
  const [rows] = await clickhouse
    .query<LiveRows>(
      `SELECT ifNull(sumIf(total_rows, name = 'raw_webhooks'), 0) AS webhooks,
         ifNull(sum(total_bytes), 0) AS bytes
       FROM system.tables WHERE database = {database:String}`,
      { database: databaseName(live) },
    )
    .catch(() => [])
  return rows ?? { webhooks: 0, bytes: 0 }
}
