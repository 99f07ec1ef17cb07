import { type WhatsAppEvent } from '@wabastream/contracts'
import { type Row } from './cells.ts'
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

const DAY_MS = 86_400_000
const NONE: readonly Row<typeof contactAliasColumns>[] = []

/** The rows of `contact_aliases`: which ids the event says are one person. */
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
    Math.floor(receivedAt / DAY_MS),
  ])
}
