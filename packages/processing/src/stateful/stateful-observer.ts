import { type TopicPartition } from '../ports/record.ts'
import { type RestoreProgress } from './restore-state.ts'

/** What happens in the loop, for metrics and logs. Calls come after the fact; none may throw. */
export interface StatefulObserver {
  /** Ends in `taken`, `failed` or `released`. */
  readonly taking: (partition: TopicPartition) => void
  readonly taken: (partition: TopicPartition, startOffset: number | undefined) => void
  readonly released: (partition: TopicPartition) => void
  readonly restoring: (progress: RestoreProgress) => void
  readonly restored: (partition: TopicPartition, seconds: number) => void
  /** A look-up failed and is tried again. */
  readonly waiting: (partition: TopicPartition, error: Error) => void
  readonly committed: (commit: CommittedRun) => void
  readonly failed: (failure: PartitionFailure) => void
  readonly halted: (partition: TopicPartition, error: Error) => void
}

export interface CommittedRun extends TopicPartition {
  readonly recordCount: number
  /** Records, without those that are not for the processor or could not be read. */
  readonly eventCount: number
  readonly changeCount: number
  readonly expiredCount: number
  readonly rejectedCount: number
  readonly notes: ReadonlyMap<string, number>
  readonly receivedAtSamples: readonly number[]
  /** How far the foremost source is ahead of the hindmost; undefined until all have been seen. */
  readonly watermarkLagMs: number | undefined
}

export interface PartitionFailure extends TopicPartition {
  readonly error: Error
  /** In a row, including this one. */
  readonly failureCount: number
}
