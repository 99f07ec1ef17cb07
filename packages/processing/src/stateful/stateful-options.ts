import { type PartitionReader, type StateStore, type TransactionalWriter } from '../ports/ports.ts'
import { type TopicPartition } from '../ports/record.ts'
import { type BeginTraces } from '../ports/record-traces.ts'
import { type ChangelogBounds } from './restore-state.ts'
import { type StatefulObserver } from './stateful-observer.ts'
import { type SendDeadLetters } from '../sending/dead-letter-sender.ts'
import { type StatefulProcessor } from './stateful-processor.ts'
import { type StatefulSerde } from './stateful-serde.ts'

export interface StatefulOptions<Event, State> {
  readonly groupId: string
  /** Compacted topic with as many partitions as the input: where the state is kept for good. */
  readonly changelogTopic: string
  readonly serde: StatefulSerde<Event, State>
  readonly processor: StatefulProcessor<Event, State>
  readonly createWriter: (input: TopicPartition) => TransactionalWriter
  readonly openStore: (input: TopicPartition) => StateStore
  readonly createReader: () => PartitionReader
  /** Undefined when the group has none for the partition. */
  readonly readCommittedOffset: (input: TopicPartition) => Promise<number | undefined>
  readonly readBounds: (changelog: TopicPartition) => Promise<ChangelogBounds>
  /** Keeps what can't be read for people to look at; resolves when that is durable. May repeat. */
  readonly reject: SendDeadLetters
  readonly limits: StatefulLimits
  readonly waitMs: (durationMs: number) => Promise<void>
  /** The clock of latencies, of the cache's age and of sweeping: of no output but tombstones. */
  readonly now: () => number
  readonly observer: StatefulObserver
  readonly beginTraces?: BeginTraces | undefined
}

export interface StatefulLimits {
  /** Records and bytes that one transaction takes in. */
  readonly runRecordsMax: number
  readonly runBytesMax: number
  /** State counts as absent for an event received later than this after the state's last one. */
  readonly expiryMs: number
  /**
   * Parts of the origin that events come from; expired state is swept when all are past it. Where
   * they are not known, those that were heard of within `silenceMaxMs` are taken for all.
   */
  readonly sourceCount: number | undefined
  /** Wall-clock time without any event after which such a part is no longer waited for. */
  readonly silenceMaxMs: number
  /**
   * Wall-clock time that sweeping waits at least: longer than a batch of events may be repeated.
   */
  readonly sweepDelayMs: number
  /** Entries looked at for expiry in each transaction. */
  readonly sweepSizeMax: number
  /** Must be less than the changelog keeps tombstones for. */
  readonly cacheAgeMaxMs: number
}
