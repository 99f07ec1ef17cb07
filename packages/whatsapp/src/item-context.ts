import { type EventEnvelope } from '@wabastream/contracts'
import { type FactIdentity, type HashText, toEventId } from './event-id.ts'
import { parseProviderTime } from './provider-time.ts'

/** Where a webhook came from: everything that its events carry but the body does not say. */
export interface WebhookContext {
  readonly receiptId: string
  readonly receivedAt: number
  readonly channel: string
  /** Number of the channel, for bodies that name none. */
  readonly configuredNumber?: string | null
  readonly rawPartition: number
  readonly rawOffset: number
  readonly hashText: HashText
}

/** One item on its way to being an event. */
export interface ItemContext {
  readonly webhook: WebhookContext
  readonly number: string
  readonly itemIndex: number
}

export type Fact = Omit<FactIdentity, 'number'>

export function toEnvelope(fact: Fact, { webhook, number, itemIndex }: ItemContext): EventEnvelope {
  const time = parseProviderTime(fact.time, webhook.receivedAt)
  const { kind, messageId, status, statusType, participant } = fact
  return {
    eventId: toEventId(
      { kind, number, messageId, status, statusType, participant, time: fact.time },
      webhook.hashText,
    ),
    number,
    channel: webhook.channel,
    receiptId: webhook.receiptId,
    receivedAt: webhook.receivedAt,
    rawPartition: webhook.rawPartition,
    rawOffset: webhook.rawOffset,
    itemIndex,
    providerTime: typeof time === 'number' ? time : null,
    timeProblem: typeof time === 'number' ? null : time,
  }
}

/** Envelope of a fact that only a message id and a time tell apart from others of its kind. */
export function toMessageEnvelope(
  fact: Pick<Fact, 'kind' | 'messageId' | 'time'>,
  context: ItemContext,
): EventEnvelope {
  return toEnvelope({ ...fact, status: '', statusType: '', participant: '' }, context)
}
