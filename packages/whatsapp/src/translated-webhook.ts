import { type DeadLetterReason, type Verdict, type WhatsAppEvent } from '@wabastream/contracts'

/**
 * Items in the body, good or bad, repeated or not, including those beyond the limit. Each item that
 * is read has its own position.
 */
export interface WebhookCounts {
  /** Under field `messages` or in a flat body. */
  readonly messages: number
  readonly statuses: number
  readonly errors: number
  /** Messages sent by the business's phone app. */
  readonly echoes: number
  /** Messages of a history synchronisation. */
  readonly historyMessages: number
  /** Changes of other fields that are kept whole, and what we did ourselves. */
  readonly notifications: number
}

export interface WebhookDeadLetter {
  readonly reason: DeadLetterReason
  /** For a person; quotes nothing of the body. */
  readonly detail: string
  /** -1 for the body as a whole; for `too_many_items` that of the first item that was not read. */
  readonly itemIndex: number
  /** What was refused; undefined for the body as a whole, and for all items beyond the limit. */
  readonly item: unknown
}

export interface TranslatedWebhook {
  /**
   * `decoded`: every item became an event. `partial`: some items are dead letters, maybe all.
   * `empty`: a webhook without items. `undecodable`: the body as a whole could not be read.
   */
  readonly verdict: Verdict
  readonly counts: WebhookCounts
  /** `field` of each change other than `messages`, as given, in order. */
  readonly otherFields: readonly unknown[]
  readonly events: readonly WhatsAppEvent[]
  /** Items that became events: a reply is two events at one position. */
  readonly positions: number
  readonly deadLetters: readonly WebhookDeadLetter[]
}

export const NO_COUNTS: WebhookCounts = {
  messages: 0,
  statuses: 0,
  errors: 0,
  echoes: 0,
  historyMessages: 0,
  notifications: 0,
}
