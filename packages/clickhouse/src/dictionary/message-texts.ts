import { shared } from './shared-columns.ts'
import { measured, plain, theirSpan, theirTime, type ViewText, written } from './view-text.ts'
import { message, ourTime } from './view-text.ts'

const quantile = (meaning: string) =>
  measured("ms between times of the provider's clock, which are whole s; exact", meaning)

const sentHour = measured(
  "provider's clock, or ours where it gave none; hour, UTC",
  'hour of `started_at`; of a message to a group, the earliest of its rows',
)
const sentCategory = plain(
  '`category`; of a message to a group what any of its rows has, where one was reported',
)

export const messageTexts = {
  funnel_hourly: {
    shows:
      'How far outbound messages came, by the hour in which they were sent; without those of a ' +
      'history synchronisation.',
    row: 'hour, number, audience and category',
    narrowedBy: 'counted',
    columns: {
      hour: sentHour,
      number: shared.number,
      audience: plain('`person` or `group`'),
      category: sentCategory,
      messages: plain('messages; one to a group counts once'),
      sent: plain('messages at least sent'),
      recipients: shared.recipients,
      awaited: plain('recipients whose delivery can be expected'),
      delivered: plain('recipients to whom it was at least delivered'),
      read: plain('recipients who at least read it'),
      played: plain('recipients who played it'),
      failed: shared.failedRecipients,
      conflicts: plain('recipients of whom a failure and a delivery were both reported'),
      replied: plain('messages answered by quoting'),
    },
  },
  delivery_latency: {
    shows:
      'How long deliveries and reads took, by the hour in which the messages were sent; only ' +
      'where both times were reported.',
    row: 'hour, number and category',
    narrowedBy: ['hour'],
    columns: {
      hour: shared.startedHour,
      number: shared.number,
      category: shared.category,
      delivered: plain('messages with a time from sent to delivered'),
      delivered_quantiles_ms: quantile('the three below in one array'),
      delivered_p50_ms: quantile('median'),
      delivered_p90_ms: quantile('nine of ten are faster'),
      delivered_p99_ms: quantile('99 of 100 are faster'),
      read: plain('messages with a time from sent to read'),
      read_quantiles_ms: quantile('the three below in one array'),
      read_p50_ms: quantile('median'),
      read_p90_ms: quantile('nine of ten are faster'),
      read_p99_ms: quantile('99 of 100 are faster'),
    },
  },
  failures: {
    shows: 'Messages for which a failure was reported, delivered later or not.',
    row: 'message; in groups one per participant',
    narrowedBy: ['started_at', 'anchor_day', 'message_id', 'contact_id'],
    columns: {
      number: shared.number,
      anchor_day: shared.anchorDay,
      message_id: shared.message,
      participant: shared.participant,
      failed_at: theirTime('first time of the failure'),
      code: plain('greatest error code'),
      meaning: shared.errorMeaning,
      who_can_act: shared.whoCanAct,
      retryable: plain('sending the same again later may work'),
      status: plain('`failed`, or further when a delivery was reported too'),
      conflict: plain('both were reported'),
      started_at: shared.startedAt,
      category: shared.category,
      contact_id: shared.contact,
      callback_data: written('what the sender attached'),
    },
  },
  status_transitions: {
    shows: 'Status changes that really happened: repetitions of a webhook give none.',
    row: 'status change and time of it',
    narrowedBy: ['event_at', 'received_at', 'message_id'],
    columns: {
      number: shared.number,
      message_id: shared.message,
      participant: shared.participant,
      kind: plain('`advanced`, `filled_in` (an earlier status came late), `failed`, `conflicted`'),
      rung: plain('the status reached'),
      previous_rung: plain('highest status before; empty for the first'),
      event_at: theirTime('time of the status'),
      received_at: ourTime('when the webhook that caused it came in'),
      since_sent_ms: theirSpan('from sent, as known then; null where it came before'),
      since_delivered_ms: theirSpan('from delivered, as known then; null where it came before'),
      failure_code: plain('for failed and conflicted'),
      anchor_day: shared.anchorDay,
      event_id: message('the event that caused it'),
    },
  },
} satisfies Readonly<Record<string, ViewText>>
