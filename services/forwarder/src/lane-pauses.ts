import { hasMuchRoom, hasRoom, type Lane } from '@wabastream/forwarding'
import { type BatchConsumer, type TopicPartition } from '@wabastream/processing'

/** Partitions that are not read for a while, because enough of them waits to be sent. */
export class LanePauses {
  readonly #consumer: () => Pick<BatchConsumer, 'pause' | 'resume'>
  readonly #topic: string
  readonly #paused = new Set<Lane>()

  constructor(consumer: () => Pick<BatchConsumer, 'pause' | 'resume'>, topic: string) {
    this.#consumer = consumer
    this.#topic = topic
  }

  /** Something was read. */
  filled(lane: Lane): void {
    if (hasRoom(lane)) return
    this.#paused.add(lane)
    this.#consumer().pause(this.#placeOf(lane))
  }

  /** Something was sent. */
  emptied(lane: Lane): void {
    if (this.#paused.has(lane) && hasMuchRoom(lane)) this.end(lane)
  }

  /** A pause outlasts the assignment: a partition that comes back would not be read. */
  end(lane: Lane): void {
    if (this.#paused.delete(lane)) this.#consumer().resume(this.#placeOf(lane))
  }

  /** Those that have something to send: they stand still for the sake of their destination. */
  waiting(): readonly TopicPartition[] {
    return [...this.#paused]
      .filter(({ waitingCount }) => waitingCount > 0)
      .map((lane) => this.#placeOf(lane))
  }

  #placeOf({ partition }: Lane): TopicPartition {
    return { topic: this.#topic, partition }
  }
}
