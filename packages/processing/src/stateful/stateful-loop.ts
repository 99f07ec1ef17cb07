import {
  type BatchConsumer,
  type BatchConsumerHandlers,
  type BatchContext,
  type PartitionProgress,
  type TakeContext,
} from '../ports/ports.ts'
import { PortError } from '../ports/port-error.ts'
import { ProcessingError, toError } from '../ports/processing-error.ts'
import { type Position, type RecordBatch, type TopicPartition } from '../ports/record.ts'
import { type StatefulOptions } from './stateful-options.ts'
import { type StatefulPartition } from './stateful-partition.ts'
import { takePartition } from './take-partition.ts'

export interface StatefulLoopOptions<Event, State> extends StatefulOptions<Event, State> {
  readonly createConsumer: (handlers: BatchConsumerHandlers) => BatchConsumer
  /**
   * Failures of one partition in a row before the process gives up, unless they pass by themselves.
   */
  readonly failuresMax: number
  /** The process must exit. */
  readonly onCrash: (error: Error) => void
}

const WAIT_FIRST_MS = 100
const WAIT_MAX_MS = 5_000

/**
 * Reads the input, folds it into keyed state and writes what follows, exactly once. There is one
 * way to recover: drop the partition with everything that was not committed, and take it as if
 * newly assigned.
 */
export class StatefulLoop<Event, State> {
  readonly #options: StatefulLoopOptions<Event, State>
  readonly #consumer: BatchConsumer
  readonly #partitions = new Map<string, StatefulPartition<Event, State>>()
  readonly #failureCounts = new Map<string, number>()
  /** The work under way on each partition: dropping a partition waits for it. */
  readonly #busy = new Map<string, Promise<unknown>>()
  #closing: Promise<void> | undefined

  constructor(options: StatefulLoopOptions<Event, State>) {
    this.#options = options
    this.#consumer = options.createConsumer({
      onAssigned: (input, context) => this.#exclusively(input, () => this.#take(input, context)),
      onBatch: (batch, context) => this.#exclusively(batch, () => this.#process(batch, context)),
      onRevoked: (input) => this.#exclusively(input, () => this.#release(input)),
      onHalted: (input, error) => {
        options.observer.halted(pick(input), error)
      },
      onCrash: options.onCrash,
    })
  }

  async start(): Promise<void> {
    await this.#consumer.start()
  }

  /**
   * Lets the transactions under way end; then it holds no partition any more. Ends `start`, too.
   */
  async close(): Promise<void> {
    this.#closing ??= this.#close()
    await this.#closing
  }

  async #close(): Promise<void> {
    await this.#consumer.close()
    await Promise.allSettled(this.#busy.values())
    for (const partition of this.#partitions.values()) await partition.close()
    this.#partitions.clear()
  }

  progress(): readonly PartitionProgress[] {
    return this.#consumer.progress()
  }

  /** Why partitions stand still until a person decides; empty when none does. */
  haltReasons(): readonly string[] {
    return this.#consumer.haltReasons()
  }

  async #take(input: TopicPartition, context: TakeContext): Promise<Position | undefined> {
    const key = keyOf(input)
    await this.#drop(input)
    try {
      await this.#waitAfterFailure(key, context)
      this.#options.observer.taking(pick(input))
      const partition = await takePartition(input, this.#options, context)
      this.#partitions.set(key, partition)
      const { position } = partition
      return position === undefined ? undefined : { ...pick(input), offset: position }
    } catch (error) {
      this.#recover(input, context, toError(error))
      return undefined
    }
  }

  async #process(batch: RecordBatch, context: BatchContext): Promise<void> {
    const key = keyOf(batch)
    const partition = this.#partitions.get(key)
    // Dropped, and not yet taken again: the records will come again.
    if (partition === undefined) return
    try {
      await partition.process(batch, context)
      this.#failureCounts.delete(key)
    } catch (error) {
      await this.#drop(batch)
      this.#recover(batch, context, toError(error))
    }
  }

  #recover(input: TopicPartition, context: BatchContext, error: Error): void {
    // If the partition was lost, there is nothing to recover.
    if (this.#closing !== undefined || context.isStale()) return
    if (isHalting(error)) {
      this.#halt(input, error)
      return
    }
    const key = keyOf(input)
    const failureCount = (this.#failureCounts.get(key) ?? 0) + 1
    this.#failureCounts.set(key, failureCount)
    this.#options.observer.failed({ ...pick(input), error, failureCount })
    const isOver = failureCount > this.#options.failuresMax && !isPassing(error)
    if (isOver) this.#options.onCrash(error)
    else this.#consumer.reassign(pick(input))
  }

  /** Going on would lose records silently: a person has to decide. */
  #halt(input: TopicPartition, error: Error): void {
    this.#consumer.halt(pick(input), error)
    this.#options.observer.halted(pick(input), error)
  }

  async #release(input: TopicPartition): Promise<void> {
    this.#failureCounts.delete(keyOf(input))
    await this.#drop(input)
    this.#options.observer.released(pick(input))
  }

  async #drop(input: TopicPartition): Promise<void> {
    const key = keyOf(input)
    const partition = this.#partitions.get(key)
    this.#partitions.delete(key)
    await partition?.close()
  }

  async #waitAfterFailure(key: string, context: BatchContext): Promise<void> {
    const failureCount = this.#failureCounts.get(key) ?? 0
    if (failureCount === 0) return
    await this.#options.waitMs(Math.min(WAIT_FIRST_MS * 2 ** failureCount, WAIT_MAX_MS))
    await context.heartbeat()
  }

  /** A partition may be revoked while a batch of it is under way: these go one after the other. */
  async #exclusively<T>(input: TopicPartition, work: () => Promise<T>): Promise<T> {
    const key = keyOf(input)
    const before = this.#busy.get(key) ?? Promise.resolve()
    const current = before.then(work, work)
    this.#busy.set(key, current)
    return await current
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

function pick({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition }
}

/** The next records of the input or its changelog are gone, or damaged where they are kept. */
function isHalting(error: Error): boolean {
  if (error instanceof ProcessingError) return error.code === 'position_gap'
  return error instanceof PortError && error.code === 'corrupt_batch'
}

/** A broker that is away comes back: exiting would not bring it back sooner. */
function isPassing(error: Error): boolean {
  return error instanceof PortError && error.isRetryable
}
