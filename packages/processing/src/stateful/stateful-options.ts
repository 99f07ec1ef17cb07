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
  /** Compacted topic with as many partitions as the input, which keeps the state for good. */
  readonly changelogTopic: string
  readonly serde: StatefulSerde<Event, State>
  readonly processor: StatefulProcessor<Event, State>
  readonly createWriter: (input: TopicPartition) => TransactionalWriter
  readonly openStore: (input: TopicPartition) => StateStore
  readonly createReader: () => PartitionReader
  /** Undefined if the group has none for the partition. */
  readonly readCommittedOffset: (input: TopicPartition) => Promise<number | undefined>
  readonly readBounds: (changelog: TopicPartition) => Promise<ChangelogBounds>
  /** Keeps what can't be read, for people to look at; resolves when that is durable. May repeat. */
  readonly reject: SendDeadLetters
  readonly limits: StatefulLimits
  readonly waitMs: (durationMs: number) => Promise<void>
  /**
   * The clock for latencies, the cache's age and sweeping; tombstones are the only output that uses
   * it.
   */
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
   * Parts of the origin that events come from; expired state is swept when all are past it. If they
   * are not known, those seen within `silenceMaxMs` count as all of them.
   */
  readonly sourceCount: number | undefined
  /** Wall-clock time without any event after which such a part is no longer waited for. */
  readonly silenceMaxMs: number
  /**
   * Minimum wall-clock time that sweeping waits: longer than the time within which a batch of
   * events may be repeated.
   */
  readonly sweepDelayMs: number
  /** Entries looked at for expiry in each transaction. */
  readonly sweepSizeMax: number
  /** Must be less than the time for which the changelog keeps tombstones. */
  readonly cacheAgeMaxMs: number
}
