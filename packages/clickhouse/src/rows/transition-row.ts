import { type StatusTransition } from '@wabastream/contracts'
import { type Row } from './cells.ts'

export const transitionColumns = [
  'number',
  'message_id',
  'participant',
  'kind',
  'rung',
  'previous_rung',
  'event_at',
  'received_at',
  'since_sent_ms',
  'since_delivered_ms',
  'failure_code',
  'anchor_day',
  'event_id',
] as const

export function toTransitionRow(transition: StatusTransition): Row<typeof transitionColumns> {
  return [
    transition.number,
    transition.messageId,
    transition.participant,
    transition.kind,
    transition.rung,
    transition.previousRung ?? '',
    transition.at,
    transition.receivedAt,
    transition.sinceSentMs,
    transition.sinceDeliveredMs,
    transition.failureCode,
    transition.anchorDay,
    transition.eventId,
  ]
}
