import { READ_RECEIPTS_GROUP } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import {
  type BatchConsumer,
  type BatchContext,
  createProgressWatchdog,
  PortError,
  type Position,
  type ProgressWatchdog,
  type RecordBatch,
  type TopicPartition,
} from '@wabastream/processing'
import { type Logger } from '@wabastream/service-host'
import { type KeptLog, type Start } from '../keeping/kept-log.ts'
import { type Offsets, type Session } from './session.ts'

export interface RawReaderOptions {
  readonly kafka: Pick<KafkaClient, 'admin' | 'batchConsumer'>
  readonly topic: string
  readonly limits: {
    readonly sessionTimeoutMs: number
    readonly batchBytesMax: number
    readonly livenessTimeoutMs: number
  }
  readonly createSession: () => Session
  readonly kept: KeptLog
  readonly logger: Logger
  readonly fail: (error: unknown) => void
  readonly now: () => number
}

/** A session, and where each partition begins in it. */
interface Begun {
  readonly session: Session
  readonly positions: Offsets
}

/**
 * Reads the whole raw topic: one process has all partitions, and the others stand by, because an
 * answer may lie in another partition than the message. Of each partition the last record that is
 * done is read again at a start, so that a process learns at once that it has the partitions.
 */
export class RawReader {
  readonly #options: RawReaderOptions
  readonly #consumer: BatchConsumer
  readonly #watchdog: ProgressWatchdog
  /** By partition the session in which it was taken. */
  readonly #taken = new Map<number, Session>()
  #begun: Promise<Begun> | undefined
  #session: Session | undefined
  #hasJoined = false

  constructor(options: RawReaderOptions) {
    this.#options = options
    const { fail, kafka, limits, logger, topic } = options
    this.#consumer = kafka.batchConsumer({
      groupId: READ_RECEIPTS_GROUP,
      topics: [topic],
      sessionTimeoutMs: limits.sessionTimeoutMs,
      batchBytesMax: limits.batchBytesMax,
      isReadByOne: true,
      handlers: {
        onAssigned: (partition) => this.#take(partition),
        onRevoked: async ({ partition }) => this.#giveBack(partition),
        onBatch: (batch, context) => this.#onBatch(batch, context),
        onHalted: (partition, err) => {
          logger.error({ ...partition, err }, HALTED)
          // Retention has overtaken it. A new start goes on behind the gap.
          if (err instanceof PortError && err.code === 'position_gap') fail(err)
        },
        onCrash: fail,
      },
    })
    this.#watchdog = createProgressWatchdog({
      progress: () => this.#consumer.progress(),
      timeoutMs: limits.livenessTimeoutMs,
      now: () => performance.now(),
    })
  }

  /** Undefined where another process has the partitions. */
  get session(): Session | undefined {
    return this.#session
  }

  /** Resolves once it has joined its group. */
  async start(): Promise<void> {
    // A partition is taken with its first records; `now` is before that.
    await this.#options.kept.findStart()
    await this.#start()
    await this.#consumer.start()
    this.#hasJoined = true
  }

  /** Why it is not ready. */
  problems(): readonly string[] {
    const joining = this.#hasJoined ? [] : ['joins its group']
    const catchingUp =
      this.#session?.isCatchingUp === true ? ['reads what was done before it began'] : []
    return [...joining, ...catchingUp, ...this.#consumer.haltReasons()]
  }

  /** Partitions that are not read though they could be. */
  standstills(): readonly string[] {
    return this.#watchdog.standstills()
  }

  /** Lets what is under way end, and leaves the group. */
  async stop(): Promise<void> {
    await this.#session?.finish()
    this.#end()
    await this.#consumer.close()
  }

  async #take({ partition, topic }: TopicPartition): Promise<Position> {
    this.#begun ??= this.#begin()
    const { positions, session } = await this.#begun
    this.#taken.set(partition, session)
    return { topic, partition, offset: positions.get(partition) ?? 0 }
  }

  async #begin(): Promise<Begun> {
    const { createSession, kafka, logger, topic } = this.#options
    const session = createSession()
    await session.load()
    const ends = await kafka.admin.endOffsets(topic)
    const start = await this.#start()
    const committed = await kafka.admin.committedOffsets(READ_RECEIPTS_GROUP, topic)
    const first = await kafka.admin.startOffsets(topic)
    const positions = new Map(
      [...ends.keys()].map((partition) => {
        const known = committed.get(partition) ?? start.offsets.get(partition) ?? 0
        return [partition, Math.max(known, first.get(partition) ?? 0)]
      }),
    )
    session.begin({ begunAtMs: start.atMs, ends, positions })
    this.#session = session
    logger.info({ due: session.list.dueCount, waiting: session.list.waitingCount }, 'has begun')
    return { session, positions }
  }

  /** What was kept, or now: the last record of each partition is read again, see above. */
  async #start(): Promise<Start> {
    const { kafka, kept, now, topic } = this.#options
    if (kept.start !== undefined) return kept.start
    const ends = await kafka.admin.endOffsets(topic)
    const offsets = new Map([...ends].map(([place, end]) => [place, Math.max(0, end - 1)]))
    const start = { atMs: now(), offsets }
    await kept.begin(start)
    return start
  }

  #giveBack(partition: number): void {
    const session = this.#taken.get(partition)
    this.#taken.delete(partition)
    if (session !== undefined && session === this.#session) this.#end()
  }

  #end(): void {
    this.#session?.close()
    this.#session = undefined
    this.#begun = undefined
  }

  async #onBatch(batch: RecordBatch, context: BatchContext): Promise<void> {
    const { partition, topic } = batch
    const session = this.#taken.get(partition)
    if (session === undefined || session.isClosed) {
      // Its session has ended with another partition: it is taken again in the next one.
      this.#consumer.reassign({ topic, partition })
      return
    }
    if (!(await session.take(batch, () => context.isStale()))) return
    try {
      await this.#consumer.commit([{ topic, partition, offset: batch.nextOffset - 1 }])
    } catch (error) {
      if (error instanceof PortError && error.code === 'stale_assignment') return
      throw error
    }
    session.done(batch)
  }
}

const HALTED = 'partition halted: docs/runbooks/halted-partition.md'
