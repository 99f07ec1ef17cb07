import { availableParallelism } from 'node:os'
import { type ClickHouse, type GenerationSize, readGenerationSize } from '@wabastream/clickhouse'
import { consumerGroup, topicNames } from '@wabastream/contracts'
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
  const [ends, from, size, cpuUsPerWebhook] = await Promise.all([
    kafka.admin.endOffsets(raw),
    offsets ?? kafka.admin.committedOffsets(consumerGroup('decoder', into), raw),
    readLiveSize(clickhouse, live),
    readRebuildRate(dataDirectory),
  ])
  const webhooks = [...ends].reduce(
    (sum, [partition, end]) => sum + Math.max(0, end - (from.get(partition) ?? 0)),
    0,
  )
  return {
    webhooks,
    liveWebhooks: size.webhooks,
    liveBytes: size.bytes,
    cpuUsPerWebhook,
    cores: availableParallelism(),
  }
}

type Offsets = ReadonlyMap<number, number>

/** Zeros if it cannot be read: an estimate must not stop a rebuild. */
export async function readLiveSize(
  clickhouse: Pick<ClickHouse, 'query'>,
  live: number,
): Promise<GenerationSize> {
  return await readGenerationSize(clickhouse, live).catch(() => ({ webhooks: 0, bytes: 0 }))
}
