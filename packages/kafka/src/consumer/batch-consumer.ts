import { setTimeout as delay } from 'node:timers/promises'
import type { Consumer, EachBatchPayload } from 'kafkajs'
import {
  type BatchConsumer,
  type BatchConsumerHandlers,
  type BatchContext,
  type CommittedPosition,
  type PartitionProgress,
  type TopicPartition,
} from '@wabastream/processing'
import { type KafkaAdmin } from '../admin/admin.ts'
import { Aside } from './aside.ts'
import { type AssignedPartition } from './assignment/assigned-partition.ts'
import { Assignment } from './assignment/assignment.ts'
import { createBatchContext } from './batch-context.ts'
import { Commits } from './commits.ts'
import { type Connection } from '../connection/connection.ts'
import { FetchSpacing } from './fetch-spacing.ts'
import { followEnds } from './follow-ends.ts'
import {
  fetchedBatchOf,
  fetchSpacingMs,
  type GroupOptions,
  openGroupClient,
  whileRunning,
} from './group-client.ts'
import { Halts } from './halts.ts'
import { failureOf, isOtherProtocol, KafkaError, toKafkaError } from '../wire/kafka-error.ts'
import { type KafkaMetrics } from '../connection/kafka-metrics.ts'
import { PartitionWork } from './partition-work.ts'
import { patiently } from './patiently.ts'
import { Pauses } from './pauses.ts'
import { wiredKafkajs } from '../wire/install.ts'

export interface BatchConsumerOptions extends GroupOptions {
  readonly handlers: BatchConsumerHandlers
  /** The other partitions of the same broker do not wait for work that takes longer. */
  readonly asideAfterMs?: number
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
  readonly #pauses: Pauses
  readonly #aside: Aside
  readonly #work: PartitionWork
  readonly #spacing: FetchSpacing
  readonly #commits: Commits
  #stopWatching = (): void => undefined
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
    this.#commits = new Commits(this.#assignment, () => this.#hasCrashed)
    this.#pauses = new Pauses(this.#consumer, this.#assignment)
    const seek = (partition: TopicPartition, position: number): void => {
      this.#seek(partition, position)
    }
    this.#aside = new Aside({ pauses: this.#pauses, seek, afterMs: options.asideAfterMs })
    this.#work = new PartitionWork({
      assignment: this.#assignment,
      options,
      seek,
      closing: this.#closing.signal,
      committed: (partition) => this.#committed(partition),
      halt: (partition, error) => this.#haltAt(partition, error),
      crash: (error) => this.#crash(error),
    })
    this.#spacing = new FetchSpacing(
      { spacingMs: fetchSpacingMs(options), phaseMs: options.fetchPhaseMs ?? 0 },
      this.#closing.signal,
    )
    this.#listen()
    this.#halts = new Halts(options.groupId, this.#assignment, settings.metrics)
    this.#halts.watch(this.#closing.signal, (partition, gap) => this.#haltAt(partition, gap))
  }

  async start(): Promise<void> {
    const { topics } = this.#options
    const counts = await this.#patiently(() => this.#settings.admin.partitionCounts(topics))
    await this.#patiently(async () => {
      await this.#consumer.connect()
      await this.#consumer.subscribe({ topics: [...topics], fromBeginning: true })
    })
    this.#stopWatching = this.#settings.metrics.watchLag(this.#options.groupId, () =>
      this.#assignment.shownProgress(),
    )
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

  async commit(positions: readonly CommittedPosition[]): Promise<void> {
    await this.#commits.commit(positions)
  }

  pause(partition: TopicPartition): void {
    this.#pauses.pause(partition)
  }

  resume(partition: TopicPartition): void {
    this.#pauses.resume(partition)
  }

  reassign(partition: TopicPartition): void {
    this.#assignment.retake(partition)
  }

  halt(partition: TopicPartition, error: Error): void {
    if (this.#halts.add(partition, error)) this.#pauses.apply(partition)
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
    const left = Promise.all([
      this.#consumer.disconnect().catch(() => undefined),
      ...this.#assignment.all().map((partition) => partition.idle()),
    ])
    await Promise.race([left, delay(CLOSE_MS_MAX, undefined, { ref: false })])
    this.#connection.sockets.shut()
    await this.#assignment.replace([])
  }

  #listen(): void {
    const { events } = this.#consumer
    this.#connection.watch((listener) => this.#consumer.on(events.REQUEST_TIMEOUT, listener))
    const { groupId: group } = this.#options
    this.#consumer.on(events.FETCH, () => {
      this.#settings.metrics.fetches.inc({ group })
    })
    this.#consumer.on(events.REBALANCING, () => {
      this.#assignment.endAll()
    })
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      const assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      )
      // When it is assigned again, it is tried again: a gap that is still there halts it again.
      this.#halts.joined(payload.memberId, assigned)
      void this.#assignment.replace(assigned)
      for (const partition of assigned) this.#pauses.apply(partition)
      this.#joined.resolve()
    })
    this.#consumer.on(events.CRASH, ({ payload }) => {
      const failure = toKafkaError(payload.error, `consumer of ${this.#options.groupId}`)
      this.#assignment.endAll()
      if (payload.restart) this.#settings.onError(failure)
      else this.#crash(failure)
      // Whoever restarts one process after another waits for this one before ending the others.
      if (isOtherProtocol(failureOf(payload.error))) this.#joined.resolve()
    })
  }

  async #onFetched(payload: EachBatchPayload): Promise<void> {
    const fetched = fetchedBatchOf(payload)
    this.#commits.use(payload.commitOffsetsIfNecessary)
    const partition = this.#assignment.get(fetched)
    if (partition === undefined || partition.isBusy) return
    const overdue = this.#assignment.overdue(this.#options.groupId)
    if (overdue !== undefined) {
      this.#crash(overdue)
      return
    }
    const context = this.#contextOf(partition, payload)
    if (context.isStale()) return
    const untilNextIsDue = this.#spacing.begin(fetched, partition.ended)
    const work = this.#work.do({ fetched, partition, context, payload })
    const failure = await this.#aside.unlessSlow(partition, work)
    if (failure !== undefined) {
      throw new (wiredKafkajs().kafkajs.KafkaJSNonRetriableError)(failure.message)
    }
    await untilNextIsDue()
  }

  #seek({ partition, topic }: TopicPartition, position: number): void {
    whileRunning(() => {
      this.#consumer.seek({ topic, partition, offset: String(position) })
    })
  }

  /** The group's position, which we read ourselves, since the client's answer may be older. */
  async #committed({ partition, topic }: TopicPartition): Promise<number> {
    const [{ admin }, { groupId }] = [this.#settings, this.#options]
    const committed = await this.#patiently(() => admin.committedOffsets(groupId, topic))
    return (
      committed.get(partition) ??
      (await this.#patiently(() => admin.startOffsets(topic))).get(partition) ??
      0
    )
  }

  #contextOf(partition: AssignedPartition, payload: EachBatchPayload): BatchContext {
    return createBatchContext(partition, {
      heartbeat: () => payload.heartbeat(),
      isOver: () => this.#hasCrashed || this.#closing.signal.aborted,
      onGroupMoved: () => {
        this.#assignment.endIfHeld([partition])
      },
      onError: this.#settings.onError,
    })
  }

  #crash(error: KafkaError): KafkaError {
    if (this.#hasCrashed || this.#closing.signal.aborted) return error
    this.#hasCrashed = true
    this.#joined.reject(error)
    this.#joined.promise.catch(() => undefined)
    this.#options.handlers.onCrash(error)
    return error
  }

  #haltAt({ partition, topic }: TopicPartition, error: KafkaError): void {
    this.halt({ topic, partition }, error)
    this.#options.handlers.onHalted?.({ topic, partition }, error)
  }

  #patiently<T>(attempt: () => Promise<T>): Promise<T> {
    return patiently(attempt, {
      doing: `consumer of ${this.#options.groupId}`,
      signal: this.#closing.signal,
      onError: this.#settings.onError,
    })
  }
}

export function createBatchConsumer(
  settings: ConsumerSettings,
  options: BatchConsumerOptions,
): BatchConsumer {
  return new GroupConsumer(settings, options)
}
