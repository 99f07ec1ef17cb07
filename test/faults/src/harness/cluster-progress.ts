import { consumerGroup, type ReaderName, readTopics } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type ServiceInstance } from './service-instance.ts'

interface PartitionPosition {
  readonly committed: number
  readonly end: number
}

export interface GroupProgress {
  /** Records and markers between what the group committed and the ends. */
  readonly left: number
  /** By topic and partition. */
  readonly partitions: ReadonlyMap<string, PartitionPosition>
}

/** How far a service's consumer group has come with everything that it reads. */
export async function readGroupProgress(
  kafka: KafkaClient,
  service: ReaderName,
): Promise<GroupProgress> {
  const partitions = new Map<string, PartitionPosition>()
  for (const topic of readTopics(service, 1)) {
    const [ends, positions] = await Promise.all([
      kafka.admin.endOffsets(topic),
      kafka.admin.committedOffsets(consumerGroup(service, 1), topic),
    ])
    for (const [partition, end] of ends) {
      const committed = positions.get(partition) ?? 0
      partitions.set(`${topic}-${partition}`, { committed, end })
    }
  }
  const left = [...partitions.values()].reduce(
    (sum, { committed, end }) => sum + Math.max(0, end - committed),
    0,
  )
  return { left, partitions }
}

/** Sum of what a service's group has committed of one topic; grows by whatever is done. */
export async function readCommittedSum(
  kafka: KafkaClient,
  service: ReaderName,
  topic: string,
): Promise<number> {
  const positions = await kafka.admin.committedOffsets(consumerGroup(service, 1), topic)
  return [...positions.values()].reduce((sum, position) => sum + position, 0)
}

/**
 * Whether every partition that had work has done some of it, and something was done at all: a group
 * that had nothing to do has not shown that it works.
 */
export function hasMovedOn(before: GroupProgress, now: GroupProgress): boolean {
  const isDone = [...before.partitions].every(
    ([name, { committed, end }]) =>
      committed >= end || (now.partitions.get(name)?.committed ?? 0) > committed,
  )
  return isDone && sumOfCommitted(now) > sumOfCommitted(before)
}

function sumOfCommitted({ partitions }: GroupProgress): number {
  return [...partitions.values()].reduce((sum, { committed }) => sum + committed, 0)
}

/** Partitions that an instance reads as a member of its group, as `topic-partition`. */
export async function heldPartitions(
  instance: Pick<ServiceInstance, 'metrics'>,
): Promise<ReadonlySet<string>> {
  const lags = (await instance.metrics()).matchAll(
    /^wa_kafka_consumer_lag_records\{[^}]*topic="([^"]+)",partition="(\d+)"[^}]*\}/gm,
  )
  return new Set([...lags].map(([, topic, partition]) => `${topic}-${partition}`))
}
