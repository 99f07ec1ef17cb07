import { type DeadLetter, type Verdict, type WireRecord } from '@wabastream/contracts'
import { type StoredRecord, toKafkaRecord } from '@wabastream/kafka'
import { type RecordBatch } from '@wabastream/processing'
import { decodeBatch } from './decode-batch.ts'
import { type DeliverOptions, deliverBatch } from './deliver-batch.ts'

export interface RedriveOptions extends DeliverOptions {
  /** Decodes, but sends nothing. */
  readonly isDryRun: boolean
  /** Our clock, for the letters that succeed. */
  readonly nowMs: number
  /**
   * Called before anything is sent, with what the items that were read became. Resolves with how
   * many events of the other items stay as an earlier version made them.
   */
  readonly onDecoded?: (records: readonly WireRecord[], itemsRead: number) => Promise<number>
}

export interface RedrivenRecord {
  readonly verdict: Verdict
  /**
   * Position of the first item beyond the limit, from which on nothing is read; Infinity if there
   * is none.
   */
  readonly itemsRead: number
  /** Letters that succeeded. */
  readonly redriven: readonly DeadLetter[]
  /** Letters that stay, or are new, with one more attempt. */
  readonly failed: readonly DeadLetter[]
}

/**
 * Decodes a raw record again with this code, and makes everything that follows from it durable:
 * events at the positions that they always had, so that none is doubled, then the verdict that
 * replaces the old one, and the letters. Letters that succeeded are marked. It can be repeated.
 * `open` holds all open letters of the record.
 */
export async function redriveRecord(
  record: StoredRecord,
  open: readonly DeadLetter[],
  options: RedriveOptions,
): Promise<RedrivenRecord> {
  const { isDryRun, nowMs, onDecoded } = options
  const batch = toBatch(record)
  const { generation, targets } = options
  const decoding = { codec: options.codec, partitions: targets.events.partitions, generation }
  const decoded = decodeBatch(batch, decoding)
  const before = new Map(open.map((letter) => [letter.itemIndex, letter]))
  const failed = decoded.deadLetters.map((letter) => again(letter, before.get(letter.itemIndex)))
  const stillFailing = new Set(failed.map(({ itemIndex }) => itemIndex))
  const redriven = open
    .filter(({ itemIndex }) => !stillFailing.has(itemIndex))
    .map((letter) => ({ ...letter, attempts: letter.attempts + 1, redrivenAt: nowMs }))
  const itemsRead = failed.find(({ reason }) => reason === 'too_many_items')?.itemIndex ?? Infinity
  const verdict = decoded.verdicts[0]?.verdict ?? 'empty'
  const outcome = { verdict, itemsRead, redriven, failed }
  if (isDryRun) return outcome
  const deadLetters = [...redriven, ...failed]
  const { events, tally } = decoded
  const made = [...events.values()]
    .flat()
    .flatMap(({ value }) => (value === null ? [] : [options.codec.decode(value)]))
  const kept = (await onDecoded?.(made, itemsRead)) ?? 0
  const verdicts = decoded.verdicts.map((one) => ({ ...one, events: one.events + kept }))
  const amended = await deliverBatch(
    batch,
    { deadLetters, events, tally, verdicts },
    { isStale: () => false },
    options,
  )
  const refused = amended.deadLetters.slice(deadLetters.length)
  return { ...outcome, failed: [...failed, ...refused] }
}

function again(letter: DeadLetter, before: DeadLetter | undefined): DeadLetter {
  if (before === undefined) return letter
  return { ...letter, attempts: before.attempts + 1, firstSeenAt: before.firstSeenAt }
}

function toBatch(stored: StoredRecord): RecordBatch {
  const { topic, partition, offset } = stored
  return {
    topic,
    partition,
    records: [toKafkaRecord(stored)],
    fetchedOffset: offset,
    nextOffset: offset + 1,
    endOffset: offset + 1,
  }
}
