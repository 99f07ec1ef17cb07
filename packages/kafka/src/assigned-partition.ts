import {
  type KafkaRecord, type PartitionProgress, type RecordBatch, type TopicPartition,
} from '@wabastream/processing'
import { KafkaError } from './kafka-error.ts'

/** Milliseconds since 1970, as text: when the webhook behind a record came in. */
const RECEIVED_AT_HEADER = 'received-at'

/** The client may have one fetch at an old position on its way; more is not by chance. */
const UNEXPECTED_MAX = 3

/** One partition from its assignment to its end; taken anew, it is another object. */
export class AssignedPartition implements TopicPartition {
  readonly topic: string
  readonly partition: number
  /** True once the partition is another's, or is to be taken anew. */
  isEnded = false
  /** Where the next batch handed on begins; null until the partition is taken. */
  position: number | null = null
  /** True once a handler has been asked to take it. */
  wasTaken = false
  /** Why it is read no more; null while it is. */
  haltReason: string | null = null
  #endOffset = 0
  #unexpected = 0
  #lastReceivedAtMs: number | null = null

  constructor({ partition, topic }: TopicPartition) {
    this.topic = topic
    this.partition = partition
  }

  identity(): TopicPartition {
    return { topic: this.topic, partition: this.partition }
  }

  /** The same partition, to be taken again. */
  anew(): AssignedPartition {
    const partition = new AssignedPartition(this)
    partition.wasTaken = this.wasTaken
    partition.haltReason = this.haltReason
    partition.sawEnd(this.#endOffset)
    return partition
  }

  /** Throws `position_gap` when fetches begin elsewhere than at the position time after time. */
  isExpected({ fetchedOffset }: RecordBatch): boolean {
    if (fetchedOffset === this.position) {
      this.#unexpected = 0
      return true
    }
    this.#unexpected++
    if (this.#unexpected <= UNEXPECTED_MAX) return false
    const message = `${this.topic}-${this.partition} is read at ${fetchedOffset}, not ${this.position}`
    throw new KafkaError('position_gap', message)
  }

  /** The end as some answer told it. Answers may overtake each other: it never goes back. */
  sawEnd(endOffset: number): void {
    this.#endOffset = Math.max(this.#endOffset, endOffset)
  }

  done(batch: RecordBatch): void {
    this.position = batch.nextOffset
    const last = batch.records.at(-1)
    if (last !== undefined) this.#lastReceivedAtMs = receivedAtMs(last)
  }

  /** Undefined until the position is known. */
  progress(): PartitionProgress | undefined {
    if (this.position === null) return undefined
    return {
      topic: this.topic,
      partition: this.partition,
      position: this.position,
      endOffset: this.#endOffset,
      lagRecords: Math.max(0, this.#endOffset - this.position),
      lastReceivedAtMs: this.#lastReceivedAtMs,
      isHalted: this.haltReason !== null,
    }
  }
}

function receivedAtMs(record: KafkaRecord): number {
  const header = record.headerText(RECEIVED_AT_HEADER)
  const receivedAt = header === null ? Number.NaN : Number(header)
  return Number.isSafeInteger(receivedAt) ? receivedAt : record.timestampMs
}
