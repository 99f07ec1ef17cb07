import {
  type ChainedProducer,
  isRefusal,
  type OutgoingRecord,
  sendApart,
} from '@wabastream/processing'
import { type Lease } from '../admission/lease.ts'
import { batchDueAtMs } from './batch-due.ts'

/**
 * Maximum number of records in a produce request, which keeps one batch's work on the event loop
 * short.
 */
const BATCH_RECORDS_MAX = 4_000
const SWEEP_INTERVAL_MS = 100
const TROUBLE_RETRY_MS = 1_000

/** `acked`: durable. Otherwise it is not known to be; it may still become so. */
export type CommitOutcome = 'acked' | 'timed_out' | 'refused'

export interface GroupCommitOptions {
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly topic: string
  readonly partitionCount: number
  readonly batchBytesMax: number
  readonly inFlightBatchesMax: number
  /**
   * Minimum time from one batch to the next while few records wait: a batch costs as much as all of
   * its records, and packs the better the more they are.
   */
  readonly batchSpacingMs: number
  readonly ackTimeoutMs: number
  readonly observer: GroupCommitObserver
}

export interface RecordRoom {
  /** What a batch has to reserve for the record. */
  readonly batchBytes: number
  /** Lease on its body, released when the producer no longer holds it. */
  readonly lease: Lease
}

export interface GroupCommitObserver {
  batchAcked(batch: { readonly records: number; readonly bytes: number; readonly ms: number }): void
  /** Kafka refuses a record, and trying again would not help; or the producer is closed. */
  recordsRefused(error: unknown): void
}

interface Entry {
  readonly record: OutgoingRecord
  /** What the batch reserves for it. */
  readonly bytes: number
  readonly lease: Lease
  readonly submittedAtMs: number
  /** Undefined once it was called. */
  settle: ((outcome: CommitOutcome) => void) | undefined
}

interface Batch {
  readonly entries: readonly Entry[]
  readonly partition: number
}

/**
 * Makes records durable together: those that come in while a produce request is under way form the
 * next one. Each batch goes to one partition, in turn, skipping partitions that are still busy.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  readonly #inFlight = new Set<Batch>()
  readonly #busyPartitions = new Set<number>()
  readonly #sweep: NodeJS.Timeout
  #queue: Entry[] = []
  #queuedBytes = 0
  #lastSentAtMs = -Infinity
  #nextPartition = 0
  #isFlushPlanned = false
  #timer: NodeJS.Timeout | undefined
  #timerDueAtMs = Infinity
  #lastAckedAtMs = -Infinity
  #onIdle: (() => void) | undefined

  constructor(options: GroupCommitOptions) {
    this.#options = options
    this.#sweep = setInterval(() => this.#expire(), SWEEP_INTERVAL_MS).unref()
  }

  /** Resolves as soon as the outcome is known, and at the latest after the ack timeout. */
  submit(record: OutgoingRecord, room: RecordRoom): Promise<CommitOutcome> {
    return new Promise((resolve) => {
      this.#queue.push({
        record,
        bytes: room.batchBytes,
        lease: room.lease,
        submittedAtMs: performance.now(),
        settle: resolve,
      })
      this.#queuedBytes += room.batchBytes
      this.#planFlush()
    })
  }

  /**
   * Whether it is worth trying while the producer is in trouble: other partitions work, or none was
   * tried for a while and one is free. One bad partition must not stop them all.
   */
  isWorthTrying(): boolean {
    const nowMs = performance.now()
    if (nowMs - this.#lastAckedAtMs < TROUBLE_RETRY_MS) return true
    if (nowMs - this.#lastSentAtMs < TROUBLE_RETRY_MS) return false
    const { inFlightBatchesMax, partitionCount } = this.#options
    return this.#inFlight.size < Math.min(inFlightBatchesMax, partitionCount)
  }

  /** Resolves when nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    if (this.#isIdle()) return
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve
    })
  }

  close(): void {
    clearInterval(this.#sweep)
    clearTimeout(this.#timer)
  }

  #isIdle(): boolean {
    return this.#queue.length === 0 && this.#inFlight.size === 0
  }

  /**
   * Once per turn of the event loop, so that everything read in the turn goes into one batch; not
   * at all if no batch is due yet, because each turn costs as much as a record.
   */
  #planFlush(): void {
    if (this.#isFlushPlanned || !this.#maySend()) return
    this.#isFlushPlanned = true
    setImmediate(() => {
      this.#isFlushPlanned = false
      this.#flush()
    })
  }

  #flush(): void {
    while (this.#queue.length > 0 && this.#maySend()) {
      const partition = this.#takePartition()
      if (partition === undefined) return
      this.#send(partition, this.#takeEntries())
    }
  }

  /** If not yet, it plans to look again. */
  #maySend(): boolean {
    if (this.#inFlight.size >= this.#options.inFlightBatchesMax) return false
    const waiting = {
      queue: this.#queue,
      queuedBytes: this.#queuedBytes,
      lastSentAtMs: this.#lastSentAtMs,
      isOneUnderWay: this.#inFlight.size > 0,
    }
    const dueAtMs = batchDueAtMs(waiting, this.#options)
    if (performance.now() >= dueAtMs) return true
    this.#flushAt(dueAtMs)
    return false
  }

  #flushAt(dueAtMs: number): void {
    if (dueAtMs >= this.#timerDueAtMs) return
    clearTimeout(this.#timer)
    this.#timerDueAtMs = dueAtMs
    this.#timer = setTimeout(
      () => {
        this.#timerDueAtMs = Infinity
        this.#flush()
      },
      Math.max(1, dueAtMs - performance.now()),
    )
  }

  #takePartition(): number | undefined {
    const { partitionCount } = this.#options
    for (let tried = 0; tried < partitionCount; tried += 1) {
      const partition = this.#nextPartition
      this.#nextPartition = (partition + 1) % partitionCount
      if (!this.#busyPartitions.has(partition)) return partition
    }
    return undefined
  }

  #takeEntries(): Entry[] {
    let bytes = 0
    let count = 0
    for (const entry of this.#queue) {
      if (count >= BATCH_RECORDS_MAX) break
      if (count > 0 && bytes + entry.bytes > this.#options.batchBytesMax) break
      bytes += entry.bytes
      count += 1
    }
    return this.#takeFirst(count)
  }

  #takeFirst(count: number): Entry[] {
    const taken = this.#queue.splice(0, count)
    for (const { bytes } of taken) this.#queuedBytes -= bytes
    return taken
  }

  #send(partition: number, entries: readonly Entry[]): void {
    const batch: Batch = { entries, partition }
    this.#lastSentAtMs = performance.now()
    this.#inFlight.add(batch)
    this.#busyPartitions.add(partition)
    void this.#produce(partition, entries).then(() => this.#finish(batch))
  }

  /** Never rejects. If Kafka refuses a batch, only the records to blame are refused. */
  async #produce(partition: number, entries: readonly Entry[]): Promise<void> {
    await sendApart(entries, {
      send: (some) => this.#attempt(partition, some),
      refused: (entry, error) => this.#refuse([entry], error),
    })
  }

  #refuse(entries: readonly Entry[], error: unknown): void {
    this.#options.observer.recordsRefused(error)
    this.#settleAll(entries, 'refused')
  }

  /** Rejects only with a refusal; if the producer is closed, nothing can be tried again. */
  async #attempt(partition: number, entries: readonly Entry[]): Promise<void> {
    const { producer, topic, observer } = this.#options
    const startedAtMs = performance.now()
    try {
      await producer.send(
        { topic, partition },
        entries.map((entry) => entry.record),
      )
    } catch (error) {
      if (isRefusal(error)) throw error
      this.#refuse(entries, error)
      return
    }
    this.#lastAckedAtMs = performance.now()
    observer.batchAcked({
      records: entries.length,
      bytes: entries.reduce((sum, entry) => sum + entry.lease.bytes, 0),
      ms: this.#lastAckedAtMs - startedAtMs,
    })
    this.#settleAll(entries, 'acked')
  }

  #finish(batch: Batch): void {
    this.#inFlight.delete(batch)
    this.#busyPartitions.delete(batch.partition)
    this.#flush()
    if (this.#isIdle()) this.#onIdle?.()
  }

  #settleAll(entries: readonly Entry[], outcome: CommitOutcome): void {
    for (const entry of entries) {
      entry.lease.release()
      entry.settle?.(outcome)
      entry.settle = undefined
    }
  }

  /**
   * Answers records that have waited too long. Those that were sent meanwhile stay with the
   * producer.
   */
  #expire(): void {
    const deadlineMs = performance.now() - this.#options.ackTimeoutMs
    for (const { entries } of this.#inFlight) {
      for (const entry of entries) {
        if (entry.submittedAtMs > deadlineMs) break
        entry.settle?.('timed_out')
        entry.settle = undefined
      }
    }
    const kept = this.#queue.findIndex((entry) => entry.submittedAtMs > deadlineMs)
    const expired = this.#takeFirst(kept === -1 ? this.#queue.length : kept)
    this.#settleAll(expired, 'timed_out')
    this.#flush()
  }
}
