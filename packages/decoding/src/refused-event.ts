import {
  type DeadLetter,
  toDeadLetter,
  type WebhookVerdict,
  type WireRecord,
} from '@wabastream/contracts'
import { type RecordBatch } from '@wabastream/processing'
import { type DecodedBatch } from './decode-batch.ts'

export interface Amended {
  readonly verdicts: readonly WebhookVerdict[]
  readonly deadLetters: readonly DeadLetter[]
}

/** The verdicts and dead letters of a batch in which Kafka refused some events as too large. */
export function amendForRefused(
  decoded: DecodedBatch,
  refused: readonly WireRecord[],
  options: { readonly batch: RecordBatch; readonly generation: number },
): Amended {
  if (refused.length === 0) return decoded
  const { batch, generation } = options
  const letters = refused.flatMap((record) => toLetter(record, batch, generation))
  const firstOffset = batch.records[0]?.offset ?? 0
  const refusedByDelta = Map.groupBy(letters, ({ offset }) => offset - firstOffset)
  return {
    deadLetters: [...decoded.deadLetters, ...letters],
    verdicts: decoded.verdicts.map((verdict) => {
      const count = refusedByDelta.get(verdict.offsetDelta)?.length ?? 0
      return count === 0 ? verdict : lessen(verdict, count)
    }),
  }
}

function lessen(verdict: WebhookVerdict, count: number): WebhookVerdict {
  return {
    ...verdict,
    verdict: 'partial',
    events: verdict.events - count,
    deadLetters: verdict.deadLetters + count,
  }
}

function toLetter(
  { data }: WireRecord,
  batch: RecordBatch,
  generation: number,
): readonly DeadLetter[] {
  if (!('envelope' in data)) return []
  const { envelope } = data
  return [
    toDeadLetter({
      reason: 'too_large',
      detail: 'Kafka refuses the event',
      stage: 'decoder',
      generation,
      topic: batch.topic,
      partition: batch.partition,
      offset: envelope.rawOffset,
      itemIndex: envelope.itemIndex,
      receiptId: envelope.receiptId,
      channel: envelope.channel,
      receivedAt: envelope.receivedAt,
      body: Buffer.from(JSON.stringify(data)),
    }),
  ]
}
