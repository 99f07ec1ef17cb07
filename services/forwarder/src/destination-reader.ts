import { setTimeout as delay } from 'node:timers/promises'
import { forwarderGroup } from '@wabastream/contracts'
import {
  type Control,
  createSelect,
  type Destination,
  Dispatcher,
  type DispatchObserver,
  type GivenUp,
  type Lane,
  offerRecords,
  type Poster,
  type Start,
} from '@wabastream/forwarding'
import { type KafkaClient } from '@wabastream/kafka'
import {
  type BatchConsumer,
  createProgressWatchdog,
  PortError,
  type ProgressWatchdog,
  type Position,
  type RecordBatch,
  type TakeContext,
  type TopicPartition,
} from '@wabastream/processing'
import { type Logger } from '@wabastream/service-host'
import { BacklogWatch } from './backlog-watch.ts'
import { commitLanes } from './commit-lanes.ts'
import { type DestinationState, type ForwarderMetrics } from './forwarder-metrics.ts'
import { createHealthLog } from './health-log.ts'
import { GroupPositions } from './group-positions.ts'
import { LanePauses } from './lane-pauses.ts'
import { stateOfLanes } from './lane-state.ts'

export interface DestinationReaderOptions {
  readonly destination: Destination
  readonly kafka: Pick<KafkaClient, 'admin' | 'batchConsumer'>
  readonly topic: string
  readonly poster: Poster
  readonly limits: {
    readonly sessionTimeoutMs: number
    readonly batchBytesMax: number
    readonly commitIntervalMs: number
    readonly livenessTimeoutMs: number
  }
  readonly control: () => Control
  /** Where a destination without any positions begins; the same for all processes. */
  readonly begin: (destination: Destination) => Promise<Start>
  readonly giveUp: (given: GivenUp) => Promise<void>
  readonly metrics: ForwarderMetrics
  readonly logger: Logger
  readonly fail: (error: unknown) => void
}

const HALTED = 'partition halted: docs/runbooks/halted-partition.md'
/** Time that a stop leaves for requests that are under way. */
const FINISH_MS = 12_000

/** Reads the raw topic for one destination, in a group of its own. */
export class DestinationReader {
  readonly #options: DestinationReaderOptions
  readonly #groupId: string
  readonly #consumer: BatchConsumer
  readonly #dispatcher: Dispatcher
  readonly #select: ReturnType<typeof createSelect>
  readonly #closing = new AbortController()
  readonly #watchdog: ProgressWatchdog
  readonly #pauses: LanePauses
  readonly #backlog: BacklogWatch
  readonly #positions: GroupPositions
  #isPaused = false
  #hasJoined = false
  #committing: Promise<void> = Promise.resolve()

  constructor(options: DestinationReaderOptions) {
    const { destination, fail, kafka, limits, poster } = options
    this.#options = options
    this.#groupId = forwarderGroup(destination.name)
    this.#select = createSelect(destination)
    this.#positions = new GroupPositions({
      ...options,
      admin: kafka.admin,
      groupId: this.#groupId,
    })
    this.#pauses = new LanePauses(() => this.#consumer, options.topic)
    this.#dispatcher = new Dispatcher({
      destination,
      poster,
      replay: null,
      giveUp: options.giveUp,
      observer: this.#observer(),
      isBehind: (partition) => this.#isBehind(partition),
      isComplete: () => this.#backlog.isComplete,
      onMoved: (lane) => this.#pauses.emptied(lane),
      onBroken: fail,
      now: () => performance.now(),
      random: Math.random,
    })
    this.#consumer = kafka.batchConsumer({
      groupId: this.#groupId,
      topics: [options.topic],
      sessionTimeoutMs: limits.sessionTimeoutMs,
      batchBytesMax: limits.batchBytesMax,
      isReadByOne: this.#isOrdered,
      handlers: {
        onAssigned: (partition, context) => this.#take(partition, context),
        onRevoked: async (partition) => this.#giveBack(partition),
        onBatch: async (batch) => this.#offer(batch),
        onHalted: (partition, err) => {
          options.logger.error({ ...partition, destination: destination.name, err }, HALTED)
          if (err instanceof PortError && err.code === 'position_gap') void this.#passOver(err)
        },
        onCrash: fail,
      },
    })
    this.#backlog = new BacklogWatch({
      readBehind: () => this.#positions.behind(),
      taken: () => new Set(this.#dispatcher.lanes().map(({ partition }) => partition)),
      onComplete: () => this.#dispatcher.pump(),
      onError: (err) => {
        options.logger.warn({ destination: destination.name, err }, 'the backlog is read again')
      },
      signal: this.#closing.signal,
    })
    this.#watchdog = createProgressWatchdog({
      progress: () => this.#consumer.progress(),
      timeoutMs: limits.livenessTimeoutMs,
      now: () => performance.now(),
    })
  }

  /** Resolves once it has joined its group. */
  async start(): Promise<void> {
    this.#options.metrics.begin(this.#options.destination.name)
    this.obey()
    // A partition is taken with its first records; `now` is before that.
    await this.#options.begin(this.#options.destination)
    await this.#positions.passOverGap()
    await this.#consumer.start()
    this.#hasJoined = true
    void this.#commitNowAndThen()
  }

  /** Why it is not ready. */
  problems(): readonly string[] {
    const { name } = this.#options.destination
    const joining = this.#hasJoined ? [] : [`${name} joins its group`]
    return [...joining, ...this.#consumer.haltReasons()]
  }

  /**
   * Partitions that are not read though they could be. One that waits for a destination that is
   * away, slow or paused is none of them: a restart would change nothing.
   */
  standstills(): readonly string[] {
    for (const partition of this.#pauses.waiting()) this.#watchdog.touch(partition)
    return this.#watchdog.standstills()
  }

  /** Does what the topic of control says. */
  obey(): void {
    const { control, destination, logger } = this.#options
    const isPaused = control().pauses.has(destination.name)
    if (isPaused !== this.#isPaused) {
      logger.info({ destination: destination.name }, isPaused ? 'paused' : 'resumed')
    }
    this.#isPaused = isPaused
    this.#dispatcher.hold(isPaused)
  }

  state(): DestinationState {
    const lanes = this.#dispatcher.lanes()
    return {
      ...stateOfLanes(lanes, this.#consumer.progress()),
      destination: this.#options.destination.name,
      inFlight: this.#dispatcher.inFlight,
      // What it had heard of it says nothing once it does not ask any more.
      isAway: this.#dispatcher.isAway && lanes.length > 0 && !this.#isPaused,
      isPaused: this.#isPaused,
    }
  }

  /** Lets what is under way end, commits, and leaves the group. */
  async stop(): Promise<void> {
    const finished = this.#dispatcher.finish()
    await Promise.race([finished, delay(FINISH_MS, undefined, { ref: false })])
    this.#closing.abort()
    await this.#committing
    await this.#commit()
    await this.#consumer.close()
    await this.#options.poster.close()
  }

  #observer(): DispatchObserver {
    const { destination, logger, metrics } = this.#options
    const noteHealth = createHealthLog(destination.name, logger)
    return {
      answered: (answer, durationMs) => {
        metrics.answered(destination.name, answer, durationMs)
        noteHealth(this.#dispatcher.isAway, answer)
      },
      settled: (settlement, receivedAt) =>
        metrics.settled(destination.name, settlement, Date.now() - receivedAt),
    }
  }

  async #take(
    { partition, topic }: TopicPartition,
    { isStale }: Pick<TakeContext, 'isStale'>,
  ): Promise<Position | undefined> {
    const { ledger, goneCount } = await this.#positions.ledgerOf(partition)
    // It was given back meanwhile: nobody would close the lane, and another one is opened for it.
    if (isStale()) return undefined
    this.#options.metrics.skipped(this.#options.destination.name, 'absent', goneCount)
    this.#dispatcher.open(partition, ledger)
    if (this.#isOrdered) void this.#backlog.look()
    return { topic, partition, offset: ledger.low }
  }

  /** Retention has overtaken the destination: the process begins again behind the gap. */
  async #passOver(gap: PortError): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    await this.#consumer.close()
    await this.#positions.passOverGap()
    this.#options.fail(gap)
  }

  get #isOrdered(): boolean {
    return this.#options.destination.order === 'per_number'
  }

  #giveBack({ partition }: TopicPartition): void {
    const lane = this.#laneOf(partition)
    if (lane === undefined) return
    this.#pauses.end(lane)
    this.#dispatcher.close(lane)
    if (this.#isOrdered) void this.#backlog.look()
  }

  #offer(batch: RecordBatch): void {
    const { destination, metrics } = this.#options
    const lane = this.#laneOf(batch.partition)
    if (lane === undefined) return
    offerRecords(lane, batch.records, {
      from: batch.fetchedOffset,
      to: batch.nextOffset,
      select: this.#select,
      nowMs: performance.now(),
      onSkipped: (settlement) => metrics.skipped(destination.name, settlement),
    })
    this.#pauses.filled(lane)
    this.#dispatcher.pump()
  }

  #isBehind(partition: number): boolean {
    const progress = this.#consumer.progress().find((one) => one.partition === partition)
    return progress === undefined || progress.lagRecords > 0
  }

  #laneOf(partition: number): Lane | undefined {
    return this.#dispatcher.lanes().find((lane) => lane.partition === partition)
  }

  async #commitNowAndThen(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      await delay(this.#options.limits.commitIntervalMs, undefined, { signal }).catch(() => {})
      this.#committing = this.#commit()
      await this.#committing
    }
  }

  #commit(): Promise<void> {
    const { destination, fail, logger, topic } = this.#options
    return commitLanes(this.#dispatcher.lanes(), {
      consumer: this.#consumer,
      topic,
      onRetry: (err) => {
        logger.warn({ destination: destination.name, err }, 'a commit is tried again')
      },
      onBroken: fail,
    })
  }
}
