import { type FetchedRecord } from './fetched-record.ts'
import { type BatchSpan, type FetchedRecords } from './record-batches.ts'

export interface PartitionAnswer {
  readonly partition: number
  readonly highWatermark: string
  /** What comes after it is not committed yet. */
  readonly lastStableOffset?: string
  readonly abortedTransactions?: readonly AbortedTransaction[] | null
  readonly messages: FetchedRecords
}

interface AbortedTransaction {
  readonly producerId: string
  readonly firstOffset: string
}

const ABORT_MARKER = 0

function isAbortMarker(marker: FetchedRecord | undefined): boolean {
  const key = marker?.key ?? null
  return key !== null && key.length >= 4 && key.readInt16BE(2) === ABORT_MARKER
}

/**
 * The batches to be read, without control and aborted ones. All records of a batch have one
 * producer and one transaction, so whole batches are kept or dropped.
 */
function visibleBatches(
  { batches, records }: FetchedRecords,
  transactions: readonly AbortedTransaction[],
): readonly BatchSpan[] {
  const aborted = transactions
    .map((one) => ({ producerId: Number(one.producerId), first: Number(one.firstOffset) }))
    .sort((a, b) => a.first - b.first)
  const active = new Set<number>()
  let opened = 0
  return batches.filter((batch) => {
    for (; opened < aborted.length; opened++) {
      const next = aborted[opened]
      if (next === undefined || next.first > batch.lastOffset) break
      active.add(next.producerId)
    }
    if (!batch.isControl) return !(batch.isTransactional && active.has(batch.producerId))
    if (isAbortMarker(records[batch.from])) active.delete(batch.producerId)
    return false
  })
}

/** Records from an offset on; the array itself if nothing is left out. */
function selectRecords(
  answer: FetchedRecords,
  visible: readonly BatchSpan[],
  from: number,
): readonly FetchedRecord[] {
  const { records } = answer
  let within = 0
  while (within < records.length && (records[within]?.offset ?? from) < from) within++
  if (visible.length === answer.batches.length) {
    return within === 0 ? records : records.slice(within)
  }
  return visible.flatMap((batch) => records.slice(Math.max(batch.from, within), batch.to))
}

/**
 * Replaces consumer/batch.js: what one fetch brought of one partition, read committed. The client's
 * offsets are text; ours are numbers.
 */
export class FetchedBatch {
  readonly topic: string
  readonly partition: number
  readonly highWatermark: string
  readonly fetchedOffset: string
  readonly messages: readonly FetchedRecord[]
  readonly rawMessages: readonly FetchedRecord[]
  readonly endOffset: number
  /** Where what could have been read ends: before the first open transaction. */
  readonly committedEnd: number
  /** After the last whole record batch, so past markers, aborted records and compacted gaps. */
  readonly nextOffset: number
  /** Why the batch at the next position can't be read; null if it can be, or has not been tried. */
  readonly damage: string | null
  /** True if the batch may be sound as far as is known. */
  readonly mayPass: boolean

  constructor(topic: string, fetchedOffset: string, answer: PartitionAnswer) {
    const { batches, records } = answer.messages
    const from = Number(fetchedOffset)
    const visible = visibleBatches(answer.messages, answer.abortedTransactions ?? [])
    this.topic = topic
    this.partition = answer.partition
    this.highWatermark = answer.highWatermark
    this.fetchedOffset = fetchedOffset
    this.rawMessages = records
    this.messages = selectRecords(answer.messages, visible, from)
    this.endOffset = Number(answer.highWatermark)
    this.committedEnd = Number(answer.lastStableOffset ?? answer.highWatermark)
    this.damage = answer.messages.damage
    this.mayPass = answer.messages.mayPass ?? false
    this.nextOffset = Math.max(from, (batches.at(-1)?.lastOffset ?? -1) + 1)
  }

  /**
   * Never empty: otherwise the client would not hand on an empty answer, and with it its position.
   */
  isEmpty(): boolean {
    return false
  }

  isEmptyIncludingFiltered(): boolean {
    return this.rawMessages.length === 0
  }

  isEmptyDueToFiltering(): boolean {
    return false
  }

  isEmptyControlRecord(): boolean {
    return false
  }

  isEmptyDueToLogCompactedMessages(): boolean {
    return false
  }

  firstOffset(): string | null {
    return this.messages[0] === undefined ? null : String(this.messages[0].offset)
  }

  /** One before the next position, whatever is there. */
  lastOffset(): string {
    return String(this.nextOffset - 1)
  }

  offsetLag(): string {
    return String(this.endOffset - this.nextOffset)
  }

  offsetLagLow(): string {
    return String(this.endOffset - (this.messages[0]?.offset ?? this.nextOffset))
  }
}
