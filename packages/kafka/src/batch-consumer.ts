import { setTimeout as delay } from 'node:timers/promises'
import type { Consumer, EachBatchPayload } from 'kafkajs'
import {
  type BatchConsumer, type BatchConsumerHandlers, type BatchContext, type PartitionProgress,
  type Position, type RecordBatch, type TopicPartition,
} from '@wabastream/processing'
import { type KafkaAdmin } from './admin.ts'
import { type AssignedPartition } from './assigned-partition.ts'
import { Assignment } from './assignment.ts'
import { createBatchContext } from './batch-context.ts'
import { type Connection } from './connection.ts'
import { followEnds } from './follow-ends.ts'
import { fetchedBatchOf, type GroupOptions, openGroupClient, whileRunning } from './group-client.ts'
import { Halts, isGap } from './halts.ts'
import { KafkaError, toHandlerFailure, toKafkaError } from './kafka-error.ts'
import { type KafkaMetrics } from './kafka-metrics.ts'
import { commitOffsets, type CommitOffsets } from './offset-commit.ts'
import { toRecordBatch } from './partition-reader.ts'
import { patiently } from './patiently.ts'
import { wiredKafkajs } from './wire/install.ts'

export interface BatchConsumerOptions extends GroupOptions {
  readonly handlers: BatchConsumerHandlers
}

export interface ConsumerSettings {
  readonly open: () => Connection
  readonly admin: KafkaAdmin
  readonly metrics: KafkaMetrics
  readonly onError: (error: KafkaError) => void
}

const CLOSE_MS_MAX = 15_000

class GroupConsumer implements BatchConsumer {
  readonly #settings: ConsumerSettings
  readonly #options: BatchConsumerOptions
  readonly #connection: Connection
  readonly #consumer: Consumer
  readonly #assignment: Assignment
  readonly #joined = Promise.withResolvers<void>()
  readonly #closing = new AbortController()
  readonly #halts: Halts
  #stopWatching = (): void => undefined
  #commit: CommitOffsets | undefined
  #hasCrashed = false

  constructor(settings: ConsumerSettings, options: BatchConsumerOptions) {
    this.#settings = settings
    this.#options = options
    this.#connection = settings.open()
    this.#consumer = openGroupClient(this.#connection, options)
    this.#assignment = new Assignment(async (partition) => {
      try {
        await options.handlers.onRevoked?.(partition)
      } catch (error) {
        this.#crash(new KafkaError('handler_failed', 'onRevoked failed', error))
      }
    })
    this.#listen()
    this.#halts = new Halts(options.groupId, this.#assignment, settings.metrics)
    this.#halts.watch(this.#closing.signal, (partition, gap) => this.#haltAtGap(partition, gap))
  }

  async start(): Promise<void> {
    const { topics } = this.#options
    const counts = await this.#patiently(() => this.#settings.admin.partitionCounts(topics))
    await this.#patiently(async () => {
      await this.#consumer.connect()
      await this.#consumer.subscribe({ topics: [...topics], fromBeginning: true })
    })
    this.#stopWatching = this.#settings.metrics.watchLag(
      this.#options.groupId, () => this.#assignment.shownProgress())
    const { signal } = this.#closing
    followEnds({ ...this.#settings, topics, assignment: this.#assignment, signal })
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: [...counts.values()].reduce((sum, count) => sum + count, 0),
      eachBatch: (payload) => this.#onFetched(payload),
    })
    await this.#joined.promise
  }

  async commit(positions: readonly Position[]): Promise<void> {
    const held = positions.map((position) => this.#assignment.get(position))
    await commitOffsets(positions, {
      commit: this.#commit,
      isStale: () => this.#hasCrashed ||
        held.some((partition) => partition === undefined || partition.isEnded),
      onGroupMoved: () => { this.#assignment.endIfHeld(held) },
    })
  }

  pause(partition: TopicPartition): void {
    this.#assignment.paused.add(partition)
    this.#applyPauses()
  }

  resume({ partition, topic }: TopicPartition): void {
    this.#assignment.paused.delete({ topic, partition })
    whileRunning(() => { this.#consumer.resume([{ topic, partitions: [partition] }]) })
  }

  reassign(partition: TopicPartition): void {
    this.#assignment.retake(partition)
  }

  halt(partition: TopicPartition, error: Error): void {
    if (this.#halts.add(partition, error)) this.#applyPauses()
  }

  haltReasons(): readonly string[] {
    return this.#halts.reasons()
  }

  progress(): readonly PartitionProgress[] {
    return this.#assignment.all().flatMap((partition) => partition.progress() ?? [])
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    this.#joined.reject(new KafkaError('closed', 'the consumer is closed'))
    this.#joined.promise.catch(() => undefined)
    this.#stopWatching()
    const left = this.#consumer.disconnect().catch(() => undefined)
    await Promise.race([left, delay(CLOSE_MS_MAX, undefined, { ref: false })])
    this.#connection.sockets.shut()
    await this.#assignment.replace([])
  }

  #listen(): void {
    const { events } = this.#consumer
    this.#connection.watch((listener) => this.#consumer.on(events.REQUEST_TIMEOUT, listener))
    this.#consumer.on(events.REBALANCING, () => { this.#assignment.endAll() })
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      const assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })))
      // Assigned anew, it is tried afresh: a gap that is still there halts it again.
      for (const partition of this.#halts.joined(payload.memberId, assigned)) this.resume(partition)
      void this.#assignment.replace(assigned)
      this.#applyPauses()
      this.#joined.resolve()
    })
    this.#consumer.on(events.CRASH, ({ payload }) => {
      const failure = toKafkaError(payload.error, `consumer of ${this.#options.groupId}`)
      this.#assignment.endAll()
      if (payload.restart) this.#settings.onError(failure)
      else this.#crash(failure)
    })
  }

  async #onFetched(payload: EachBatchPayload): Promise<void> {
    const batch = toRecordBatch(fetchedBatchOf(payload))
    this.#commit = payload.commitOffsetsIfNecessary
    await this.#assignment.settled()
    const partition = this.#assignment.get(batch)
    if (partition === undefined) return
    const overdue = this.#assignment.overdue(this.#options.groupId)
    if (overdue !== undefined) return this.#crash(overdue)
    const context = this.#contextOf(partition, payload)
    if (context.isStale()) return
    try {
      partition.begun(batch)
      const isExpected = await this.#expect(partition, batch, context)
      if (!isExpected || batch.nextOffset === batch.fetchedOffset) return
      await this.#options.handlers.onBatch(batch, context)
      if (context.isStale()) return
      partition.done(batch)
      payload.resolveOffset(String(batch.nextOffset - 1))
    } catch (error) {
      // The client's own heartbeat, which follows, meets the same rebalance and joins again.
      if (context.isStale()) return
      const failure = toHandlerFailure(error, this.#options.groupId)
      if (isGap(failure)) return this.#haltAtGap(batch, failure)
      this.#crash(failure)
      throw new (wiredKafkajs().kafkajs.KafkaJSNonRetriableError)(failure.message)
    }
  }

  /** Takes a partition seen for the first time. False when this batch is not the one to go on with. */
  async #expect(
    partition: AssignedPartition, batch: RecordBatch, context: BatchContext,
  ): Promise<boolean> {
    if (partition.position === null) {
      partition.wasTaken = true
      const chosen = await this.#options.handlers.onAssigned?.(partition.identity(), context)
      const position = chosen?.offset ?? await this.#committed(partition)
      if (context.isStale()) return false
      partition.position = position
    }
    if (partition.isExpected(batch)) return true
    const { position, topic } = partition
    this.#consumer.seek({ topic, partition: partition.partition, offset: String(position) })
    return false
  }

  /** Where the group stands: read by ourselves, since the client's answer may be older. */
  async #committed({ partition, topic }: TopicPartition): Promise<number> {
    const [{ admin }, { groupId }] = [this.#settings, this.#options]
    const committed = await this.#patiently(() => admin.committedOffsets(groupId, topic))
    return committed.get(partition)
      ?? (await this.#patiently(() => admin.startOffsets(topic))).get(partition) ?? 0
  }

  #contextOf(partition: AssignedPartition, payload: EachBatchPayload): BatchContext {
    return createBatchContext(partition, {
      heartbeat: () => payload.heartbeat(),
      isOver: () => this.#hasCrashed || this.#closing.signal.aborted,
      onGroupMoved: () => { this.#assignment.endIfHeld([partition]) },
      onError: this.#settings.onError,
    })
  }

  #crash(error: KafkaError): void {
    if (this.#hasCrashed || this.#closing.signal.aborted) return
    this.#hasCrashed = true
    this.#joined.reject(error)
    this.#joined.promise.catch(() => undefined)
    this.#options.handlers.onCrash(error)
  }

  #haltAtGap({ partition, topic }: TopicPartition, error: KafkaError): void {
    this.halt({ topic, partition }, error)
    this.#options.handlers.onHalted?.({ topic, partition }, error)
  }

  #applyPauses(): void {
    whileRunning(() => {
      const standing = [...this.#assignment.paused.list(), ...this.#assignment.halted()]
      this.#consumer.pause(standing.map(({ partition, topic }) => ({
        topic, partitions: [partition],
      })))
    })
  }

  #patiently<T>(attempt: () => Promise<T>): Promise<T> {
    return patiently(attempt, {
      doing: `consumer of ${this.#options.groupId}`, signal: this.#closing.signal,
      onError: this.#settings.onError,
    })
  }
}

export function createBatchConsumer(
  settings: ConsumerSettings, options: BatchConsumerOptions,
): BatchConsumer {
  return new GroupConsumer(settings, options)
}
