import { type MessageTimeline, type WhatsAppEvent } from '@wabastream/contracts'
import { type Row, toDay } from './cells.ts'
import { toContactAliases } from './contact-aliases.ts'

export const contactAliasColumns = [
  'account_id',
  'number',
  'kind',
  'left_id',
  'right_id',
  'source',
  'first_seen',
  'last_day',
] as const

const NONE: readonly Row<typeof contactAliasColumns>[] = []

/** Rows of `contact_aliases`: which ids the event says are one person. */
export function toContactAliasRows(
  event: WhatsAppEvent,
): readonly Row<typeof contactAliasColumns>[] {
  const aliases = toContactAliases(event)
  if (aliases.length === 0) return NONE
  const { envelope } = event.data
  const { itemIndex, providerTime, rawOffset, rawPartition, receivedAt } = envelope
  const isAccountEvent = event.type === 'AccountEventReceived'
  const accountId = isAccountEvent
    ? (event.data.accountId ?? envelope.accountId)
    : envelope.accountId
  return aliases.map(({ kind, left, right }) => [
    accountId ?? '',
    envelope.number,
    kind,
    left,
    right,
    isAccountEvent ? event.data.field : event.type,
    [receivedAt, rawPartition, rawOffset, itemIndex, providerTime],
    toDay(receivedAt),
  ])
}

/** The source of aliases that a timeline gives, which stand at no place of the raw log. */
export const TIMELINE_SOURCE = 'MessageTimeline'

/**
 * The row of `contact_aliases` for the two ids that events gave a message's customer, each perhaps
 * one; undefined where only one is known.
 */
export function toTimelineAliasRow(
  timeline: MessageTimeline,
): Row<typeof contactAliasColumns> | undefined {
  const { accountId, contactId, contactUserId, firstReceivedAt, lastReceivedAt, number } = timeline
  if (contactId === null || contactUserId === null || contactId === contactUserId) return undefined
  return [
    accountId ?? '',
    number,
    'named_together',
    contactId,
    contactUserId,
    TIMELINE_SOURCE,
    [firstReceivedAt, 0, 0, 0, null],
    toDay(lastReceivedAt),
  ]
}
