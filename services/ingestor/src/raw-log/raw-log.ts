import { type ChainedProducer, type OutgoingRecord } from '@wabastream/processing'
import {
  type CommitOutcome,
  GroupCommit,
  type GroupCommitOptions,
  type RecordRoom,
} from './group-commit.ts'

/** `spooled`: durable on this machine. `not_spooled`: neither Kafka nor the spool took it. */
export type AppendOutcome = CommitOutcome | 'spooled' | 'not_spooled'

/** Where webhooks become durable. */
export interface RawLog {
  /** False while nothing can be made durable: callers should refuse new work. */
  isAvailable(): boolean
  append(record: OutgoingRecord, room: RecordRoom): Promise<AppendOutcome>
}

/** A raw log in Kafka: unavailable until `open` says that its topic was found. */
export interface KafkaRawLog extends RawLog {
  append(record: OutgoingRecord, room: RecordRoom): Promise<CommitOutcome>
  open(topic: { readonly partitionCount: number }): void
  /** Resolves when nothing waits and nothing is under way. */
  drain(): Promise<void>
  close(): void
}

export type KafkaRawLogOptions = Omit<GroupCommitOptions, 'partitionCount' | 'producer'> & {
  readonly producer: Pick<ChainedProducer, 'send' | 'isHealthy'>
}

export function createKafkaRawLog(options: KafkaRawLogOptions): KafkaRawLog {
  let commit: GroupCommit | undefined
  return {
    isAvailable() {
      if (commit === undefined) return false
      return options.producer.isHealthy() || commit.isWorthTrying()
    },
    append(record, room) {
      if (commit !== undefined) return commit.submit(record, room)
      room.lease.release()
      return Promise.resolve('refused')
    },
    open({ partitionCount }) {
      commit = new GroupCommit({ ...options, partitionCount })
    },
    async drain() {
      await commit?.drain()
    },
    close() {
      commit?.close()
    },
  }
}
