import { webhookTexts } from '../dictionary/webhook-texts.ts'
import { notCanary, type ViewDefinition } from './view-definition.ts'

// An error about no message has no id, and may have no time: only within a minute is the same one
// taken for the same webhook, sent again.
const REPEATED_WITHIN = `if(r.source = 'out_of_band' AND r.event_at IS NULL,
          toStartOfMinute(r.received_at), toDateTime(0, 'UTC'))`

export const webhookViews: readonly ViewDefinition[] = [
  {
    name: 'webhooks',
    text: webhookTexts.webhooks,
    select: ({ source }) => `SELECT * EXCEPT verdict_offset FROM ${source}.raw_webhooks FINAL`,
  },
  {
    name: 'dead_letters',
    text: webhookTexts.dead_letters,
    select: ({ source, generation }) => `
      SELECT
        received_at, reason, detail, stage, topic, partition, offset, item_index,
        receipt_id, channel, attempts, first_seen_at,
        if(redriven_at IS NULL, 'open', 'redriven') AS state, redriven_at,
        letter_partition, letter_offset, length(body) AS body_bytes, body
      FROM ${source}.dead_letters FINAL
      WHERE generation = ${generation}`,
  },
  {
    // What the provider sends again is one event, of the time when it first came.
    name: 'account_events',
    text: webhookTexts.account_events,
    select: ({ source }) => `
      SELECT * FROM ${source}.account_events FINAL WHERE ${notCanary}
      ORDER BY received_at, raw_partition, raw_offset, item_index
      LIMIT 1 BY account_id, field, event_id`,
  },
  {
    // Participants of a group whom one message does not reach have an error each.
    name: 'errors',
    text: webhookTexts.errors,
    select: ({ source }) => `
      SELECT
        r.received_at AS received_at, r.event_at AS event_at, r.number AS number,
        r.channel AS channel, r.source AS source, r.message_id AS message_id, r.code AS code,
        e.meaning AS meaning, e.who_can_act AS who_can_act, e.retryable AS retryable,
        r.title AS title, r.message AS message, r.details AS details, r.href AS href,
        r.raw_partition AS raw_partition, r.raw_offset AS raw_offset, r.item_index AS item_index
      FROM ${source}.errors AS r FINAL
      LEFT ANY JOIN (SELECT * FROM ${source}.error_codes FINAL) AS e ON r.code = e.code
      LEFT ANY JOIN (
        SELECT number, received_at, message_id, raw_partition, raw_offset, item_index, participant
        FROM ${source}.message_events WHERE participant != '' AND notEmpty(error_codes)
      ) AS p ON r.number = p.number AND r.received_at = p.received_at
        AND r.message_id = p.message_id AND r.raw_partition = p.raw_partition
        AND r.raw_offset = p.raw_offset AND r.item_index = p.item_index
      WHERE r.${notCanary}
      ORDER BY r.received_at, r.raw_partition, r.raw_offset, r.item_index
      LIMIT 1 BY r.number, r.source, r.message_id, p.participant, r.event_at, r.code, r.title,
        r.message, r.details, ${REPEATED_WITHIN}`,
  },
  {
    name: 'error_codes',
    text: webhookTexts.error_codes,
    select: ({ source }) => `SELECT * FROM ${source}.error_codes FINAL`,
  },
  {
    name: 'reconciliation_hourly',
    text: webhookTexts.reconciliation_hourly,
    select: ({ source }) => `
      SELECT
        hour, channel,
        sum(raw_records) AS records, sum(receipts) AS webhooks, records - webhooks AS resent,
        sum(decoded_records) AS decoded, sum(partial_records) AS partial,
        sum(empty_records) AS empty, sum(undecodable_records) AS undecodable,
        sum(letters) AS dead_letters,
        sum(counted) AS events_counted, sum(stored) AS events_stored,
        toInt64(events_counted) - toInt64(events_stored) AS difference
      FROM (
        SELECT
          toStartOfHour(received_at) AS hour, channel,
          count() AS raw_records, uniqExact(receipt_id) AS receipts,
          countIf(verdict = 'decoded') AS decoded_records,
          countIf(verdict = 'partial') AS partial_records,
          countIf(verdict = 'empty') AS empty_records,
          countIf(verdict = 'undecodable') AS undecodable_records,
          sum(dead_letters) AS letters, sum(events) AS counted, 0 AS stored
        FROM ${source}.raw_webhooks FINAL
        GROUP BY hour, channel
        UNION ALL
        SELECT
          toStartOfHour(received_at) AS hour, channel, 0, 0, 0, 0, 0, 0, 0, 0,
          uniqExact(raw_partition, raw_offset, item_index) AS stored
        FROM ${source}.message_events
        GROUP BY hour, channel
      )
      GROUP BY hour, channel`,
  },
]
