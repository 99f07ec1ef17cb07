import { type TopicPartition } from '@wabastream/processing'
import { type Assignment } from './assignment/assignment.ts'
import { KafkaError } from '../wire/kafka-error.ts'
import { type KafkaMetrics } from '../connection/kafka-metrics.ts'
import { onPositionLost } from '../wire/consumer-group.ts'

/** The partitions of one member that stand still until they are assigned again. */
export class Halts {
  readonly #groupId: string
  readonly #assignment: Assignment
  readonly #metrics: Pick<KafkaMetrics, 'partitionHalted'>
  #memberId = ''

  constructor(
    groupId: string,
    assignment: Assignment,
    metrics: Pick<KafkaMetrics, 'partitionHalted'>,
  ) {
    this.#groupId = groupId
    this.#assignment = assignment
    this.#metrics = metrics
  }

  /** True if the partition was held; it is no longer read. */
  add(partition: TopicPartition, error: Error): boolean {
    const held = this.#assignment.get(partition)
    if (held === undefined || held.isEnded) return false
    held.haltReason = error.message
    // Its holder is told when it goes, even if nothing of it was read.
    held.wasTaken = true
    this.#show(partition, 1)
    return true
  }

  reasons(): readonly string[] {
    return this.#assignment.halted().flatMap(({ haltReason }) => haltReason ?? [])
  }

  /** Call it before the assignment is replaced: halted partitions are then tried again. */
  joined(memberId: string, assigned: readonly TopicPartition[]): void {
    this.#memberId = memberId
    for (const partition of [...this.#assignment.halted(), ...assigned]) this.#show(partition, 0)
  }

  /** Calls back for each position of this member that is not in the log. */
  watch(signal: AbortSignal, onLost: (partition: TopicPartition, gap: KafkaError) => void): void {
    const forget = onPositionLost(({ memberId, partition, topic }) => {
      if (memberId !== this.#memberId) return
      const message = `the position in ${topic}-${partition} is not in the log`
      onLost({ topic, partition }, new KafkaError('position_gap', message))
    })
    signal.addEventListener('abort', forget)
  }

  #show({ partition, topic }: TopicPartition, value: 0 | 1): void {
    this.#metrics.partitionHalted.set({ group: this.#groupId, topic, partition }, value)
  }
}

/** Going on would skip records: a person has to decide. */
export function isHalting({ code }: KafkaError): boolean {
  return code === 'position_gap' || code === 'corrupt_batch'
}
