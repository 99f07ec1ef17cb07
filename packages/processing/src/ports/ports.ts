import {
  type CommittedPosition,
  type OutgoingRecord,
  type Position,
  type RecordBatch,
  type TopicPartition,
} from './record.ts'

export interface BatchContext {
  /**
   * Call it during long work, at least once in each third of the session timeout. Throws when the
   * group has moved on.
   */
  heartbeat(): Promise<void>
  /** True once the partition was taken away or the consumer closes: stop early, commit nothing. */
  isStale(): boolean
}

export interface TakeContext extends BatchContext {
  /** Aborts when the partition is taken away or the consumer closes: whatever waits must end. */
  readonly signal: AbortSignal
}

export interface BatchConsumerHandlers {
  /**
   * Called before the first batch of a newly assigned partition. May return the position to start
   * at (for instance the committed offset read again after fencing); undefined keeps the committed
   * one.
   */
  readonly onAssigned?: (
    partition: TopicPartition,
    context: TakeContext,
  ) => Promise<Position | undefined>
  /** Another member has the partition now: drop what is in flight for it and commit nothing. */
  readonly onRevoked?: (partition: TopicPartition) => Promise<void>
  /**
   * Batches of one partition come one after another and in order; batches of different partitions
   * may overlap. Some are empty. A slow call does not hold up other partitions.
   */
  readonly onBatch: (batch: RecordBatch, context: BatchContext) => Promise<void>
  /**
   * The next records of the partition are gone or damaged: it is not read until it is assigned
   * again. Going on would skip them; a person has to decide.
   */
  readonly onHalted?: (partition: TopicPartition, error: Error) => void
  /** The consumer can't go on: the process must exit. */
  readonly onCrash: (error: Error) => void
}

export interface PartitionProgress extends TopicPartition {
  /** Fetch position. */
  readonly position: number
  readonly endOffset: number
  readonly lagRecords: number
  /**
   * receivedAt (ms) of the batch under work, or else of the last record done; null while unknown.
   */
  readonly receivedAtMs: number | null
  /** Stands still until a person has decided. */
  readonly isHalted: boolean
}

/**
 * Reads a set of topics as a member of a group, read_committed. Commits only when `commit` is
 * called.
 */
export interface BatchConsumer {
  start(): Promise<void>
  commit(positions: readonly CommittedPosition[]): Promise<void>
  pause(partition: TopicPartition): void
  resume(partition: TopicPartition): void
  /** Release a partition and take it as if newly assigned: onAssigned runs again. */
  reassign(partition: TopicPartition): void
  /** Stops reading a partition until it is assigned again; all others go on. */
  halt(partition: TopicPartition, error: Error): void
  /** Why partitions are halted; empty when none is. */
  haltReasons(): readonly string[]
  progress(): readonly PartitionProgress[]
  close(): Promise<void>
}

/**
 * Appends to partitions, one produce request outstanding per partition; never loses, doubles or
 * reorders.
 */
export interface ChainedProducer {
  /**
   * Durable (acks=all) when it resolves. Retries until `close`, unless the records themselves are
   * refused.
   */
  send(
    target: TopicPartition,
    records: readonly OutgoingRecord[],
  ): Promise<{ readonly baseOffset: number }>
  /** False while the last attempts failed: callers should refuse new work. */
  isHealthy(): boolean
  close(): Promise<void>
}

export interface TransactionOutput extends TopicPartition {
  readonly records: readonly OutgoingRecord[]
}

/**
 * One per input partition, transactional.id = service-topic-partition of the input. After any
 * error, discard the writer and take the partition as if newly assigned (docs/architecture.md, one
 * recovery path).
 */
export interface TransactionalWriter {
  /** Fences the previous owner. It is the first of all calls, before anything is read. */
  fence(): Promise<void>
  /**
   * One transaction: the input position, then all outputs, then commit. Resolves with the first
   * offset of each output.
   */
  write(transaction: {
    readonly groupId: string
    readonly input: Position
    readonly outputs: readonly TransactionOutput[]
  }): Promise<readonly Position[]>
  close(): Promise<void>
}

/**
 * Reads one partition outside any group, read_committed, from a position to the end at the time of
 * the call.
 */
export interface PartitionReader {
  /**
   * Calls `onBatch` in order until the end is reached, or the offset `until`; resolves with the
   * position after it. The last batch may go on beyond `until`.
   */
  readToEnd(
    from: Position,
    onBatch: (batch: RecordBatch) => Promise<void> | void,
    until?: number,
  ): Promise<Position>
  close(): Promise<void>
}

/**
 * Keyed bytes on local disk, with the changelog position that they reflect stored in the same
 * write.
 */
export interface StateStore {
  /** Undefined when there is none. The bytes are valid until the next call: copy what is kept. */
  get(key: string): Uint8Array | undefined
  /** Atomic: all entries (null deletes) and the position together, or nothing. */
  apply(entries: ReadonlyMap<string, Uint8Array | null>, meta: StateMeta): void
  /** Undefined until the first `apply`. */
  meta(): StateMeta | undefined
  /**
   * At most `countMax` entries after `after`, which may no longer exist; undefined begins at the
   * first. The order is the store's own. Fewer than `countMax` means the end.
   */
  scan(after: string | undefined, countMax: number): readonly (readonly [string, Uint8Array])[]
  /** Forgets everything, including the position. */
  wipe(): Promise<void>
  close(): Promise<void>
}

export interface StateMeta {
  /** Offset in the changelog from which a restore has to read. */
  readonly changelogOffset: number
  /**
   * Wall clock (ms) of the write, which shows whether a cache is too old for the changelog's
   * tombstones.
   */
  readonly writtenAtMs: number
}
