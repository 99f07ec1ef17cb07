import { webhookTexts } from '../dictionary/webhook-texts.ts'
import { payloadNumber, payloadRaw } from './json/payload.ts'
import {
  notCanary,
  RAW_PLACE,
  REPEATED_WITHIN,
  type ViewDefinition,
  WITHIN_PARTITIONS,
} from './view-definition.ts'

/** Account events whose items have times of their own, so that one that comes again is the same. */
const OWN_TIMES = "field IN ('calls', 'user_preferences', 'user_id_update')"
/** Whom or what an account event is about. */
const SUBJECT = [
  payloadNumber,
  ...['message_template_id', 'message_template_language', 'flow_id', 'entity_id'].map((name) =>
    payloadRaw(name),
  ),
].join(', ')
/** For so long the provider sends a webhook again that was not acknowledged. */
const SENT_AGAIN_WITHIN = 'INTERVAL 7 DAY'

export const webhookViews: readonly ViewDefinition[] = [
  {
    name: 'webhooks',
    text: webhookTexts.webhooks,
    select: ({ source }) => `
      SELECT * EXCEPT verdict_offset FROM ${source}.raw_webhooks FINAL ${WITHIN_PARTITIONS}`,
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
    // What the provider sends again is one event, of the time when it first came. One without a
    // time is the same as long as nothing else is reported of its subject.
    name: 'account_events',
    text: webhookTexts.account_events,
    select: ({ source }) => `
      SELECT * FROM (
        SELECT * FROM ${source}.account_events FINAL
        WHERE ${notCanary} AND (event_at IS NOT NULL OR ${OWN_TIMES})
        ORDER BY ${RAW_PLACE} LIMIT 1 BY account_id, field, event_id
      )
      UNION ALL
      SELECT * EXCEPT before FROM (
        SELECT *, lagInFrame((event_id, received_at)) OVER (
          PARTITION BY account_id, number, field, ${SUBJECT} ORDER BY ${RAW_PLACE}
          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before
        FROM ${source}.account_events FINAL
        WHERE ${notCanary} AND event_at IS NULL AND NOT ${OWN_TIMES}
      )
      WHERE before.1 != event_id OR received_at > before.2 + ${SENT_AGAIN_WITHIN}`,
  },
  {
    // One report gives each of its errors once, however its words differ when it comes again. An
    // error about no message is the same within a while.
    name: 'errors',
    text: webhookTexts.errors,
    select: ({ source }) => `
      SELECT
        r.received_at AS received_at, r.event_at AS event_at, r.number AS number,
        r.channel AS channel, r.source AS source, r.message_id AS message_id, r.code AS code,
        e.meaning AS meaning, e.who_can_act AS who_can_act, e.retryable AS retryable,
        r.title AS title, r.message AS message, r.details AS details, r.href AS href,
        r.raw_partition AS raw_partition, r.raw_offset AS raw_offset, r.item_index AS item_index
      FROM (
        SELECT r.* FROM ${source}.errors AS r FINAL
        LEFT ANY JOIN (
          SELECT number, ${RAW_PLACE}, message_id, event_id
          FROM ${source}.message_events
          WHERE notEmpty(error_codes) AND event_type != 'ErrorReported'
        ) AS p ON r.number = p.number AND r.received_at = p.received_at
          AND r.message_id = p.message_id AND r.raw_partition = p.raw_partition
          AND r.raw_offset = p.raw_offset AND r.item_index = p.item_index
        WHERE r.${notCanary} AND r.source != 'out_of_band'
        ORDER BY r.received_at, r.raw_partition, r.raw_offset, r.item_index
        LIMIT 1 BY r.number, r.source, r.message_id, p.event_id, r.code, r.error_index,
          if(p.event_id = '', (r.event_at, r.title, r.message, r.details), (NULL, '', '', ''))
        UNION ALL
        SELECT * EXCEPT before FROM (
          SELECT *, lagInFrame(received_at) OVER (
            PARTITION BY number, event_at, code, if(title = '', message, title), details
            ORDER BY ${RAW_PLACE}
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before
          FROM ${source}.errors FINAL
          WHERE ${notCanary} AND source = 'out_of_band'
        )
        WHERE before = toDateTime64(0, 3, 'UTC')
          OR (event_at IS NULL AND received_at > before + ${REPEATED_WITHIN})
      ) AS r
      LEFT ANY JOIN (SELECT * FROM ${source}.error_codes FINAL) AS e ON r.code = e.code`,
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
        ${WITHIN_PARTITIONS}
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
