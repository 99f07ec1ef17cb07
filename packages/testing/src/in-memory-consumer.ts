import {
  type BatchConsumer,
  type BatchConsumerHandlers,
  type BatchContext,
  type KafkaRecord,
  type PartitionProgress,
  type Position,
  type TopicPartition,
} from '@wabastream/processing'
import { type InMemoryKafka } from './in-memory-kafka.ts'

interface Assigned {
  readonly partition: TopicPartition
  position: number
  isPaused: boolean
  isToTake: boolean
  isStale: boolean
  haltReason: string | null
}

/** A consumer that fetches only on request: `drain` hands on everything there is. */
export class InMemoryConsumer implements BatchConsumer {
  readonly #kafka: InMemoryKafka
  readonly #groupId: string
  readonly #handlers: BatchConsumerHandlers
  readonly #assigned: Assigned[]

  constructor(
    kafka: InMemoryKafka,
    {
      groupId,
      partitions,
      handlers,
    }: {
      readonly groupId: string
      readonly partitions: readonly TopicPartition[]
      readonly handlers: BatchConsumerHandlers
    },
  ) {
    this.#kafka = kafka
    this.#groupId = groupId
    this.#handlers = handlers
    this.#assigned = partitions.map((partition) => ({
      partition,
      position: 0,
      isPaused: false,
      isToTake: true,
      isStale: false,
      haltReason: null,
    }))
  }

  async start(): Promise<void> {}

  /** Takes new partitions and hands on batches until all partitions are paused or done. */
  async drain(recordsMax = Number.POSITIVE_INFINITY): Promise<void> {
    for (const assigned of this.#assigned) {
      while (assigned.isToTake || (!assigned.isPaused && this.#hasMore(assigned))) {
        if (assigned.isToTake) await this.#take(assigned)
        else await this.#handOn(assigned, recordsMax)
      }
    }
  }

  /** Hands on the next batch as if the broker had jumped to `position`. */
  jump(partition: TopicPartition, position: number): void {
    this.#find(partition).position = position
  }

  async revoke(partition: TopicPartition): Promise<void> {
    this.#find(partition).isStale = true
    await this.#handlers.onRevoked?.(partition)
    this.#find(partition).isPaused = true
  }

  async commit(positions: readonly Position[]): Promise<void> {
    for (const position of positions) this.#kafka.commit(this.#groupId, position)
  }

  pause(partition: TopicPartition): void {
    this.#find(partition).isPaused = true
  }

  resume(partition: TopicPartition): void {
    this.#find(partition).isPaused = false
  }

  reassign(partition: TopicPartition): void {
    this.#find(partition).isToTake = true
  }

  halt(partition: TopicPartition, error: Error): void {
    this.#find(partition).isPaused = true
    this.#find(partition).haltReason = error.message
  }

  haltReasons(): readonly string[] {
    return this.#assigned.flatMap(({ haltReason }) => haltReason ?? [])
  }

  progress(): readonly PartitionProgress[] {
    return this.#assigned.map(({ haltReason, partition, position }) => {
      const endOffset = this.#kafka.endOffset(partition)
      const lagRecords = endOffset - position
      const isHalted = haltReason !== null
      return { ...partition, position, endOffset, lagRecords, receivedAtMs: null, isHalted }
    })
  }

  async close(): Promise<void> {
    for (const assigned of this.#assigned) assigned.isStale = true
  }

  async #take(assigned: Assigned): Promise<void> {
    assigned.isToTake = false
    assigned.position = this.#kafka.committedOffset(this.#groupId, assigned.partition) ?? 0
    const position = await this.#handlers.onAssigned?.(assigned.partition, {
      ...contextOf(assigned),
      signal: new AbortController().signal,
    })
    if (position !== undefined) assigned.position = position.offset
  }

  async #handOn(assigned: Assigned, recordsMax: number): Promise<void> {
    const log = this.#kafka.logOf(assigned.partition)
    const fetchedOffset = assigned.position
    const entries = log.slice(fetchedOffset, fetchedOffset + recordsMax)
    const records = entries.filter((entry): entry is KafkaRecord => entry !== 'marker')
    assigned.position = fetchedOffset + entries.length
    const batch = {
      ...assigned.partition,
      records,
      fetchedOffset,
      nextOffset: assigned.position,
      endOffset: log.length,
    }
    await this.#handlers.onBatch(batch, contextOf(assigned))
  }

  #hasMore({ partition, position }: Assigned): boolean {
    return position < this.#kafka.endOffset(partition)
  }

  #find({ topic, partition }: TopicPartition): Assigned {
    const found = this.#assigned.find(
      (each) => each.partition.topic === topic && each.partition.partition === partition,
    )
    if (found === undefined) throw new Error(`${topic}-${partition} is not assigned`)
    return found
  }
}

function contextOf(assigned: Assigned): BatchContext {
  return {
    isStale: () => assigned.isStale,
    heartbeat: async () => {
      if (assigned.isStale) throw new Error('the group has moved on')
    },
  }
}
