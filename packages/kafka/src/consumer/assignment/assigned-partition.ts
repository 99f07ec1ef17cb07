import { carriedReceivedAt } from '@wabastream/contracts'
import {
  type PartitionProgress,
  type RecordBatch,
  type TopicPartition,
} from '@wabastream/processing'
import { KafkaError } from '../../wire/kafka-error.ts'

/** The client may have one fetch at an old position on its way; more cannot be chance. */
const UNEXPECTED_MAX = 3

/** One partition from its assignment to its end; if it is taken again, that is another object. */
export class AssignedPartition implements TopicPartition {
  readonly topic: string
  readonly partition: number
  /** Where the next batch to hand on begins; null until the partition is taken. */
  position: number | null = null
  /** True once a handler has been asked to take it. */
  wasTaken = false
  /** Why it is no longer read; null while it is. */
  haltReason: string | null = null
  /**
   * True while the work on it takes so long that it is not fetched, so that others do not wait for
   * it.
   */
  isAside = false
  /** Fetches in a row that ended at a batch that can't be read. */
  damagedTries = 0
  /** The work that runs for it, whatever its result. */
  #work: Promise<unknown> | undefined
  /** Work that may still run from before it was taken again. */
  #formerWork: Promise<unknown> | undefined
  readonly #ending = new AbortController()
  #endOffset = 0
  #unexpected = 0
  /** Its position as far as it is known: while it is being taken, where the fetch began. */
  #shownPosition: number | null = null
  #receivedAtMs: number | null = null

  constructor({ partition, topic }: TopicPartition) {
    this.topic = topic
    this.partition = partition
  }

  /** True once another member has the partition, or it is to be taken again. */
  get isEnded(): boolean {
    return this.#ending.signal.aborted
  }

  /** Aborts when it ends. */
  get ended(): AbortSignal {
    return this.#ending.signal
  }

  end(): void {
    this.#ending.abort()
  }

  get isBusy(): boolean {
    return this.#work !== undefined
  }

  /** Runs work for it, one piece after the other, and keeps track of it. */
  works(work: Promise<unknown>): void {
    const noted = work
      .catch(() => undefined)
      .then(() => {
        this.#work = undefined
      })
    this.#work = noted
  }

  /** Resolves once nothing runs for it, nor from before it was taken again. */
  async idle(): Promise<void> {
    await this.#formerWork
    await this.#work
  }

  /** Resolves once the work from before it was taken again has ended. */
  async formerlyIdle(): Promise<void> {
    await this.#formerWork
  }

  identity(): TopicPartition {
    return { topic: this.topic, partition: this.partition }
  }

  /** The same partition in the next assignment: it keeps its lag. */
  successor(): AssignedPartition {
    const partition = new AssignedPartition(this)
    partition.sawEnd(this.#endOffset)
    partition.#shownPosition = this.#shownPosition
    partition.#receivedAtMs = this.#receivedAtMs
    partition.#formerWork = this.idle()
    return partition
  }

  /** The same partition, to be taken again. */
  renewed(): AssignedPartition {
    const partition = this.successor()
    partition.wasTaken = this.wasTaken
    partition.haltReason = this.haltReason
    return partition
  }

  /** Throws `position_gap` if fetches repeatedly begin elsewhere than at the position. */
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

  /** The end, as an answer reports it. Answers may overtake each other, so it never goes back. */
  sawEnd(endOffset: number): void {
    this.#endOffset = Math.max(this.#endOffset, endOffset)
  }

  /**
   * Work on the batch, or on taking the partition, begins: if it never ends, its age shows that.
   */
  begun({ endOffset, fetchedOffset, records: [first] }: RecordBatch): void {
    this.sawEnd(endOffset)
    if (this.position !== null && this.position !== fetchedOffset) return
    this.#shownPosition = fetchedOffset
    if (first !== undefined) this.#receivedAtMs = carriedReceivedAt(first)
  }

  done({ nextOffset, records }: RecordBatch): void {
    this.damagedTries = 0
    this.position = nextOffset
    this.#shownPosition = nextOffset
    const last = records.at(-1)
    if (last !== undefined) this.#receivedAtMs = carriedReceivedAt(last)
  }

  /** Undefined until the position is known. */
  progress(): PartitionProgress | undefined {
    return this.position === null ? undefined : this.#progressAt(this.position)
  }

  /** What an operator sees, even while the partition is taken. Undefined before its first fetch. */
  shownProgress(): PartitionProgress | undefined {
    const position = this.position ?? this.#shownPosition
    return position === null ? undefined : this.#progressAt(position)
  }

  #progressAt(position: number): PartitionProgress {
    return {
      topic: this.topic,
      partition: this.partition,
      position,
      endOffset: this.#endOffset,
      lagRecords: Math.max(0, this.#endOffset - position),
      receivedAtMs: this.#receivedAtMs,
      isHalted: this.haltReason !== null,
    }
  }
}
