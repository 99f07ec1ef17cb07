import { type EventEnvelope } from '@wabastream/contracts'
import { type Scope } from '../body/walk-webhook.ts'
import { type FactIdentity, type HashText, toEventId } from './event-id.ts'
import { parseProviderTime } from './provider-time.ts'

/** Where a webhook came from: everything that its events carry but the body does not say. */
export interface WebhookContext {
  readonly receiptId: string
  readonly receivedAt: number
  readonly channel: string
  /** Number of the channel, for bodies that name none. */
  readonly configuredNumber?: string | null
  /** A service of ours appended it: nobody outside can. */
  readonly isOwn?: boolean
  readonly rawPartition: number
  readonly rawOffset: number
  readonly hashText: HashText
}

/** One item that is to become an event. */
export interface ItemContext {
  readonly webhook: WebhookContext
  readonly number: string
  readonly scope: Pick<Scope, 'accountId' | 'displayNumber'>
  readonly itemIndex: number
}

export function toEnvelope(
  fact: FactIdentity,
  { webhook, number, scope, itemIndex }: ItemContext,
): EventEnvelope {
  const time = parseProviderTime(fact.time, webhook.receivedAt)
  return {
    eventId: toEventId(number, fact, webhook.hashText),
    number,
    channel: webhook.channel,
    receiptId: webhook.receiptId,
    receivedAt: webhook.receivedAt,
    rawPartition: webhook.rawPartition,
    rawOffset: webhook.rawOffset,
    itemIndex,
    providerTime: typeof time === 'number' ? time : null,
    timeProblem: typeof time === 'number' ? null : time,
    accountId: scope.accountId,
    displayNumber: scope.displayNumber,
  }
}

/** Envelope of a fact that differs from others of its kind only in message id and time. */
export function toMessageEnvelope(
  fact: Pick<FactIdentity, 'kind' | 'messageId' | 'time'>,
  context: ItemContext,
): EventEnvelope {
  const { kind, messageId, time } = fact
  return toEnvelope({ kind, messageId, status: '', statusType: '', participant: '', time }, context)
}

/** Whether the envelope has the time that was given, if one was. */
export function isTimeHeld({ timeProblem }: EventEnvelope): boolean {
  return timeProblem === null || timeProblem === 'missing'
}
