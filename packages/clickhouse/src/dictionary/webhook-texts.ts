import { position, shared } from './shared-columns.ts'
import { measured, message, ourTime, plain, type ViewText, written } from './view-text.ts'

const pathText = plain(
  'members joined by dots, `[]` for any place of a list, `*` for a name that may be an id; empty ' +
    'for the value itself',
)

export const webhookTexts = {
  webhooks: {
    shows: 'Records of the raw log, with what became of each.',
    row: 'record of the raw log',
    narrowedBy: ['received_at', 'raw_offset', 'receipt_id'],
    columns: {
      raw_partition: plain('partition of the raw log'),
      raw_offset: plain('offset in it: without gaps'),
      receipt_id: plain('id of the accepted webhook; the same where it was appended twice'),
      channel: shared.channel,
      received_at: ourTime('when it came in'),
      bytes: measured('bytes', 'size of the body'),
      verdict: plain('`decoded`, `partial`, `empty` or `undecodable`'),
      messages: plain('messages in it'),
      statuses: plain('statuses in it'),
      errors: plain('errors out of band'),
      other_fields: plain('other notifications'),
      events: plain('events that it became'),
      dead_letters: plain('items of it that could not be understood'),
    },
  },
  dead_letters: {
    shows: 'What was accepted and could not be processed, with its bytes.',
    row: 'item that failed in a stage',
    columns: {
      received_at: shared.receivedAt,
      reason: plain(
        '`not_json`, `too_deep`, `too_many_items`, `wrong_shape`, `unknown_number`, ' +
          '`item_invalid`, `too_large`, `schema_rejected`, `sink_rejected`',
      ),
      detail: written('what exactly'),
      stage: plain('who gave up: `decoder`, `timeline-processor`, `clickhouse-sink`'),
      topic: plain('topic of the record that failed'),
      partition: plain('its partition'),
      offset: plain('its offset'),
      item_index: plain(
        'which item of the webhook; -1 for all of it; with `too_many_items` the first that was ' +
          'not read',
      ),
      receipt_id: shared.receipt,
      channel: shared.channel,
      attempts: plain('how often it was tried'),
      first_seen_at: ourTime('when it first failed'),
      state: plain('`open`, or `redriven` once it was tried again and succeeded'),
      redriven_at: ourTime('when that was'),
      letter_partition: plain('partition of the topic of dead letters in which the letter lies'),
      letter_offset: plain('its offset there'),
      body_bytes: measured('bytes', 'size of what failed'),
      body: written('the bytes that failed'),
    },
  },
  account_events: {
    shows:
      'Everything that is about no message: templates, quality, account, calls, … What came without ' +
      'any time counts again once something else was reported of the same number or template, or ' +
      'after a week.',
    row: 'event, from where it was first reported',
    columns: {
      field: shared.field,
      received_at: shared.receivedAt,
      ...position,
      number: plain('phone number id, where it is about one'),
      channel: shared.channel,
      account_id: plain('WhatsApp Business Account'),
      event: plain('name of the event, where it has one'),
      event_at: shared.eventAt,
      event_id: message('the same for repetitions'),
      receipt_id: shared.receipt,
      payload: written('the value as JSON'),
      display_number: shared.display,
    },
  },
  account_event_fields: {
    shows: 'Every text, number and truth in the payloads of account events.',
    row: 'event and value',
    columns: {
      field: shared.field,
      received_at: shared.receivedAt,
      event_at: shared.eventAt,
      account_id: plain('WhatsApp Business Account'),
      number: plain('phone number id, where it is about one'),
      event: plain('name of the event, where it has one'),
      event_id: message('the same for all values of an event'),
      path: pathText,
      places: plain('which place of each list on the path, from 1'),
      value: written('the value; a number or truth as JSON writes it'),
      ...position,
    },
  },
  unknown_fields: {
    shows:
      'What arrives and nothing reads: the provider has added it, or renamed what was read. Other ' +
      'views show it within JSON or in `account_event_fields`, at most. Of items for ' +
      '`CONTENT_RETENTION_DAYS`.',
    row: 'type of event, webhook field, type of message and path',
    columns: {
      event_type: plain('`AccountEventReceived`, `MessageReceived`, `MessageStatusChanged`, …'),
      field: plain('webhook field of an account event; empty for items'),
      message_type: plain('type of a message; empty for others'),
      path: pathText,
      events: plain('events with it, each once however often it was sent'),
      first_received_at: ourTime('when the first of them came in'),
      last_received_at: ourTime('when the last of them first came in'),
      raw_partition: plain('an example: partition of the raw log in which the last of them lies'),
      raw_offset: plain('its offset there'),
    },
  },
  errors: {
    shows:
      'Errors that the provider reported: with a message or status, or out of band. One of these ' +
      'counts again a minute after the same came last.',
    row: 'error, however often it was sent',
    columns: {
      received_at: shared.receivedAt,
      event_at: shared.eventAt,
      number: shared.number,
      channel: shared.channel,
      source: plain('`out_of_band`, `status`, `message` or `payment`'),
      message_id: message('the message; empty when out of band'),
      code: plain('error code; null when it was no number'),
      meaning: shared.errorMeaning,
      who_can_act: shared.whoCanAct,
      retryable: shared.retryable,
      title: written('as given'),
      message: written('as given'),
      details: written('as given'),
      href: written('link to documentation, as given'),
      ...position,
    },
  },
  error_codes: {
    shows: 'The catalogue behind `meaning`: the codes that we know, in our words.',
    row: 'error code; the set is open',
    narrowedBy: 'little',
    columns: {
      code: plain('error code'),
      meaning: plain('what it means'),
      who_can_act: shared.whoCanAct,
      retryable: shared.retryable,
    },
  },
  reconciliation_hourly: {
    shows:
      'Whether everything that was accepted is here: `difference` is 0 once the pipeline has ' +
      'caught up.',
    row: 'hour and channel',
    narrowedBy: ['hour'],
    columns: {
      hour: measured('our clock, hour, UTC', 'hour in which the webhooks came in'),
      channel: plain('channel that they came in by'),
      records: plain('records of the raw log'),
      webhooks: plain('distinct webhooks'),
      resent: plain('records that repeat a webhook: harmless'),
      decoded: plain('records understood'),
      partial: plain('records understood in part'),
      empty: plain('records with nothing in them'),
      undecodable: plain('records not understood'),
      dead_letters: plain('items not understood'),
      events_counted: plain('events that the decoder counted'),
      events_stored: plain('events that are rows'),
      difference: plain('the former less the latter'),
    },
  },
  generation: {
    shows: 'Which generation of the derived data the views show.',
    row: 'database',
    narrowedBy: 'little',
    columns: { generation: plain('its number') },
  },
} satisfies Readonly<Record<string, ViewText>>
