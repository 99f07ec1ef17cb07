import { setTimeout as delay } from 'node:timers/promises'
import { type PipelineConsumer } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'

const POLL_MS = 50

type Reader = Pick<PipelineConsumer, 'group' | 'topics'>

/** Resolves once the group has committed all but so many records of what it reads. */
export async function untilCaughtUp(
  kafka: Pick<KafkaClient, 'admin'>,
  reader: Reader,
  { lagMax = 0 }: { readonly lagMax?: number } = {},
): Promise<void> {
  while ((await lagOf(kafka, reader)) > lagMax) await delay(POLL_MS)
}

/** Records that the group has not committed, over all partitions of its topics. */
export async function lagOf(
  { admin }: Pick<KafkaClient, 'admin'>,
  { group, topics }: Reader,
): Promise<number> {
  const lags = await Promise.all(
    topics.map(async (topic) => {
      const [ends, committed] = await Promise.all([
        admin.endOffsets(topic),
        admin.committedOffsets(group, topic),
      ])
      return sum(ends) - sum(committed)
    }),
  )
  return lags.reduce((total, lag) => total + lag, 0)
}

function sum(offsets: ReadonlyMap<number, number>): number {
  return [...offsets.values()].reduce((total, offset) => total + offset, 0)
}
