import { type EventEnvelope, type WhatsAppEvent, type WebhookVerdict } from '@wabastream/contracts'
import { type SinkRecord } from '@wabastream/clickhouse'
import { fold } from './fold.ts'

/** A body of a webhook about one fact has about this size. */
const BODY_BYTES = 620

/** A record of the sink, and the partition of its topic. */
export interface PlacedRecord {
  readonly record: SinkRecord
  readonly partition: number
  readonly atMs: number
}

interface Came {
  readonly event: WhatsAppEvent
  readonly envelope: EventEnvelope
  readonly thread: (Parameters<typeof fold>[1] & { readonly partition: number }) | undefined
}

/** What the pipeline makes of events that came in one after the other. */
export interface Records {
  readonly events: readonly PlacedRecord[]
  readonly timelines: readonly PlacedRecord[]
  readonly transitions: readonly PlacedRecord[]
  readonly webhooks: readonly PlacedRecord[]
}

export function toRecords(came: readonly Came[]): Records {
  const events: PlacedRecord[] = []
  const timelines: PlacedRecord[] = []
  const transitions: PlacedRecord[] = []
  for (const { envelope, event, thread } of came) {
    const partition = thread?.partition ?? envelope.rawPartition
    const atMs = envelope.receivedAt
    events.push({ record: event, partition, atMs })
    const folded = fold(event, thread)
    if (folded.timeline !== undefined) {
      const record = { type: 'MessageTimeline', data: folded.timeline } as const
      timelines.push({ record, partition, atMs })
    }
    for (const data of folded.transitions) {
      transitions.push({ record: { type: 'StatusTransition', data }, partition, atMs })
    }
  }
  return { events, timelines, transitions, webhooks: toVerdicts(came) }
}

/** One record of the decoder for each raw partition. */
function toVerdicts(came: readonly Came[]): readonly PlacedRecord[] {
  return [...Map.groupBy(came, ({ envelope }) => envelope.rawPartition)].map(
    ([rawPartition, some]) => {
      const firstOffset = some[0]?.envelope.rawOffset ?? 0
      const verdicts = some.map((one) => toVerdict(one, firstOffset))
      const atMs = some.at(-1)?.envelope.receivedAt ?? 0
      const record = {
        type: 'WebhooksDecoded',
        data: { rawPartition, firstOffset, verdicts },
      } as const
      return { record, partition: rawPartition, atMs }
    },
  )
}

function toVerdict({ envelope, event }: Came, firstOffset: number): WebhookVerdict {
  const isStatus = event.type === 'MessageStatusChanged'
  const isOther = event.type === 'AccountEventReceived'
  return {
    offsetDelta: envelope.rawOffset - firstOffset,
    receiptId: envelope.receiptId,
    channel: envelope.channel,
    receivedAt: envelope.receivedAt,
    bytes: BODY_BYTES + (envelope.rawOffset % 97),
    verdict: 'decoded',
    messages: isStatus || isOther ? 0 : 1,
    statuses: isStatus ? 1 : 0,
    errors: 0,
    otherFields: isOther ? 1 : 0,
    events: 1,
    deadLetters: 0,
  }
}
