import { type CommittedPosition } from '@wabastream/processing'
import { type AssignedPartition } from './assignment/assigned-partition.ts'
import { KafkaError } from '../wire/kafka-error.ts'

/** A position, with what held its partition when the commit was asked for. */
export interface HeldPosition {
  readonly position: CommittedPosition
  readonly held: Pick<AssignedPartition, 'isEnded'> | undefined
}

interface Waiting {
  readonly positions: readonly HeldPosition[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * One commit is under way at a time, and those that are asked for meanwhile go together in the
 * next: partitions of one fetch are done at nearly the same time, and a request costs the
 * coordinator about as much for one of them as for all.
 */
export class CommitChain {
  readonly #send: (positions: readonly HeldPosition[]) => Promise<void>
  #waiting: Waiting[] = []
  #isRunning = false

  /** `send` must throw `stale_assignment` if one of the partitions is no longer held. */
  constructor(send: (positions: readonly HeldPosition[]) => Promise<void>) {
    this.#send = send
  }

  /** Rejects as `send` does for these positions alone. */
  async commit(positions: readonly HeldPosition[]): Promise<void> {
    const { promise, reject, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ positions, resolve, reject })
    void this.#run()
    await promise
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    // What is asked for in the same turn goes together.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#settle(this.#waiting.splice(0))
    this.#isRunning = false
  }

  async #settle(together: readonly Waiting[]): Promise<void> {
    try {
      await this.#send(together.flatMap(({ positions }) => positions))
      for (const { resolve } of together) resolve()
    } catch (error) {
      // A partition that was taken away must not keep the others from being committed.
      const isStale = error instanceof KafkaError && error.code === 'stale_assignment'
      if (isStale && together.length > 1) for (const one of together) await this.#settle([one])
      else for (const { reject } of together) reject(error)
    }
  }
}

/** Of several positions of a partition, the one that was asked for last. */
export function lastOfEach(positions: readonly CommittedPosition[]): readonly CommittedPosition[] {
  return [...new Map(positions.map((one) => [`${one.topic}/${one.partition}`, one])).values()]
}
