import type { Consumer } from 'kafkajs'
import { type TopicPartition } from '@wabastream/processing'
import { type Assignment } from './assignment/assignment.ts'
import { whileRunning } from './group-client.ts'

const keyOf = ({ partition, topic }: TopicPartition): string => `${topic}/${partition}`

/**
 * Decides which partitions the client fetches: not those that the service paused, that are halted,
 * or that are worked on aside. The client keeps these pauses when it joins again, and they are set
 * again then.
 */
export class Pauses {
  readonly #consumer: Pick<Consumer, 'pause' | 'resume'>
  readonly #assignment: Assignment
  readonly #paused = new Set<string>()

  constructor(consumer: Pick<Consumer, 'pause' | 'resume'>, assignment: Assignment) {
    this.#consumer = consumer
    this.#assignment = assignment
  }

  pause(partition: TopicPartition): void {
    this.#paused.add(keyOf(partition))
    this.apply(partition)
  }

  resume(partition: TopicPartition): void {
    this.#paused.delete(keyOf(partition))
    this.apply(partition)
  }

  /** Call it whenever one of the reasons has come or gone. */
  apply({ partition, topic }: TopicPartition): void {
    const held = this.#assignment.get({ topic, partition })
    const stands =
      this.#paused.has(keyOf({ topic, partition })) ||
      held?.isAside === true ||
      (held !== undefined && held.haltReason !== null)
    const paused = [{ topic, partitions: [partition] }]
    whileRunning(() => {
      if (stands) this.#consumer.pause(paused)
      else this.#consumer.resume(paused)
    })
  }
}
