import { type PartitionProgress, type TopicPartition } from '@wabastream/processing'
import { type Offsets } from '../../admin/admin.ts'
import { AssignedPartition } from './assigned-partition.ts'
import { KafkaError } from '../../wire/kafka-error.ts'

/** Longer than a rebalance may take. */
const JOINED_WITHIN_MS = 120_000

const keyOf = ({ partition, topic }: TopicPartition): string => `${topic}/${partition}`

/** What a member of a group holds now. */
export class Assignment {
  readonly #onRevoked: (partition: TopicPartition) => Promise<void>
  #partitions = new Map<string, AssignedPartition>()
  readonly #revoking = new Map<string, Promise<void>>()
  #endedAtMs: number | undefined

  constructor(onRevoked: (partition: TopicPartition) => Promise<void>) {
    this.#onRevoked = onRevoked
  }

  get(partition: TopicPartition): AssignedPartition | undefined {
    return this.#partitions.get(keyOf(partition))
  }

  all(): readonly AssignedPartition[] {
    return [...this.#partitions.values()]
  }

  /** The group moves on: all work that runs for a partition is void. */
  endAll(): void {
    this.#endedAtMs ??= performance.now()
    for (const partition of this.#partitions.values()) partition.end()
  }

  /**
   * Call it for an answer that the group has moved. An answer to a request from before a join that
   * arrives after the join says nothing about what is held since.
   */
  endIfHeld(asked: readonly (Pick<AssignedPartition, 'isEnded'> | undefined)[]): void {
    if (asked.every((partition) => partition?.isEnded === false)) this.endAll()
  }

  /**
   * The error of a client that reads on, and would do so for ever, without having joined its group
   * again.
   */
  overdue(groupId: string): KafkaError | undefined {
    const isOverdue =
      this.#endedAtMs !== undefined && performance.now() - this.#endedAtMs > JOINED_WITHIN_MS
    const message = `the consumer of ${groupId} has not joined its group again`
    return isOverdue ? new KafkaError('unavailable', message) : undefined
  }

  /**
   * Ends everything that was held and begins with these, each to be taken. Resolves when all former
   * ones are revoked.
   */
  async replace(partitions: readonly TopicPartition[]): Promise<void> {
    this.endAll()
    const taken = this.all().filter(({ wasTaken }) => wasTaken)
    this.#endedAtMs = undefined
    const former = this.#partitions
    this.#partitions = new Map(
      partitions.map((partition) => {
        const key = keyOf(partition)
        return [key, former.get(key)?.successor() ?? new AssignedPartition(partition)]
      }),
    )
    for (const partition of taken) this.#revoke(partition)
    await Promise.all(this.#revoking.values())
  }

  /** Each one separately: a partition that is slow to give back does not hold up others. */
  #revoke(partition: AssignedPartition): void {
    const key = keyOf(partition)
    const before = this.#revoking.get(key) ?? Promise.resolve()
    const revoking = before.then(() => this.#onRevoked(partition.identity()))
    this.#revoking.set(key, revoking)
    void revoking.finally(() => {
      if (this.#revoking.get(key) === revoking) this.#revoking.delete(key)
    })
  }

  /** Ends one partition and begins with it again. */
  retake(partition: TopicPartition): void {
    const held = this.get(partition)
    if (held === undefined || held.isEnded) return
    held.end()
    this.#partitions.set(keyOf(partition), held.renewed())
  }

  halted(): readonly AssignedPartition[] {
    return this.all().filter(({ haltReason }) => haltReason !== null)
  }

  sawEnds(topic: string, ends: Offsets): void {
    for (const partition of this.#partitions.values()) {
      if (partition.topic === topic) partition.sawEnd(ends.get(partition.partition) ?? 0)
    }
  }

  /** What an operator sees, even while partitions are taken. */
  shownProgress(): readonly PartitionProgress[] {
    return this.all().flatMap((partition) => partition.shownProgress() ?? [])
  }

  /** Resolves once its former holder in this process knows that the partition is gone. */
  async settled(partition: TopicPartition): Promise<void> {
    await this.#revoking.get(keyOf(partition))
  }
}
