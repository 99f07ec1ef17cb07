import { setTimeout as delay } from 'node:timers/promises'
import type { EachBatchPayload } from 'kafkajs'
import {
  type BatchConsumerHandlers,
  type BatchContext,
  type RecordBatch,
  type TopicPartition,
} from '@wabastream/processing'
import { type AssignedPartition } from './assignment/assigned-partition.ts'
import { type Assignment } from './assignment/assignment.ts'
import { corruptBatch, retryDelayMs } from '../reader/damage.ts'
import { isHalting } from './halts.ts'
import { Turns } from './pace/turns.ts'
import { type KafkaError, toHandlerFailure } from '../wire/kafka-error.ts'
import { toRecordBatch } from '../reader/partition-reader.ts'
import { type FetchedBatch } from '../wire/records/fetched-batch.ts'

/** A batch of a partition, and what is known about it. */
export interface Fetched {
  readonly fetched: FetchedBatch
  readonly partition: AssignedPartition
  readonly context: BatchContext
  readonly payload: Pick<EachBatchPayload, 'resolveOffset'>
}

export interface WorkOptions {
  readonly assignment: Pick<Assignment, 'settled'>
  readonly options: { readonly groupId: string; readonly handlers: BatchConsumerHandlers }
  readonly closing: AbortSignal
  /** The group's position. */
  readonly committed: (partition: TopicPartition) => Promise<number>
  readonly seek: (partition: TopicPartition, position: number) => void
  readonly halt: (partition: TopicPartition, error: KafkaError) => void
  readonly crash: (error: KafkaError) => KafkaError
}

/** Hands what is fetched to the holder of the partition, which has to be taken first. */
export class PartitionWork {
  readonly #options: WorkOptions
  readonly #turns = new Turns()

  constructor(options: WorkOptions) {
    this.#options = options
  }

  /** Never rejects. Resolves with the error that ended the consumer. */
  async do(job: Fetched): Promise<KafkaError | undefined> {
    const { context, fetched, partition, payload } = job
    const {
      crash,
      halt,
      options: { groupId, handlers },
    } = this.#options
    const batch = toRecordBatch(fetched)
    try {
      partition.begun(batch)
      const isExpected = await this.#expect(batch, job)
      if (!isExpected) return undefined
      if (batch.nextOffset === batch.fetchedOffset) {
        if (fetched.damage !== null) await this.#standsAt(fetched, fetched.damage, partition)
        return undefined
      }
      await this.#turns.next(batch.records.length)
      if (context.isStale()) return undefined
      await handlers.onBatch(batch, context)
      // The handler may have halted it at this batch, which is then not done.
      if (context.isStale() || partition.haltReason !== null) return undefined
      partition.done(batch)
      payload.resolveOffset(String(batch.nextOffset - 1))
    } catch (error) {
      // The client's own heartbeat follows, meets the same rebalance and joins again.
      if (context.isStale()) return undefined
      const failure = toHandlerFailure(error, groupId)
      if (!isHalting(failure)) return crash(failure)
      halt(batch, failure)
    }
    return undefined
  }

  /** Throws `corrupt_batch` if damage repeatedly keeps a partition from going on. */
  async #standsAt(
    fetched: FetchedBatch,
    damage: string,
    partition: AssignedPartition,
  ): Promise<void> {
    partition.damagedTries++
    const waitMs = retryDelayMs(fetched, partition.damagedTries)
    if (waitMs === undefined) {
      throw corruptBatch({ ...partition.identity(), offset: fetched.nextOffset }, damage)
    }
    const signal = AbortSignal.any([partition.ended, this.#options.closing])
    await delay(waitMs, undefined, { signal }).catch(() => undefined)
  }

  /**
   * Takes a partition that is seen for the first time. False if another batch has to come first.
   */
  async #expect(batch: RecordBatch, { context, partition }: Fetched): Promise<boolean> {
    if (partition.position === null) {
      await this.#take(partition, context)
      // What was fetched before may be outdated; it is fetched again from the position.
      if (partition.position === null || partition.isAside) return false
    }
    if (partition.isExpected(batch)) return true
    this.#options.seek(partition, partition.position)
    return false
  }

  async #take(partition: AssignedPartition, context: BatchContext): Promise<void> {
    const {
      assignment,
      closing,
      committed,
      options: { handlers },
    } = this.#options
    await assignment.settled(partition)
    await partition.formerlyIdle()
    if (context.isStale()) return
    partition.wasTaken = true
    const chosen = await handlers.onAssigned?.(partition.identity(), {
      ...context,
      signal: AbortSignal.any([partition.ended, closing]),
    })
    const position = chosen?.offset ?? (await committed(partition))
    if (!context.isStale()) partition.position = position
  }
}
