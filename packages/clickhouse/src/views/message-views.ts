import { notCanary, type ViewDefinition } from './view-definition.ts'

// All rows of a key lie in one partition, because the partition follows from the key.
const WITHIN_PARTITIONS = 'SETTINGS do_not_merge_across_partitions_select_final = 1'

export const messageViews: readonly ViewDefinition[] = [
  {
    name: 'messages',
    select: ({ source }) => `
      SELECT
        t.number AS number, t.anchor_day AS anchor_day, t.message_id AS message_id,
        t.participant AS participant,
        multiIf(t.outbound, 'outbound', t.inbound, 'inbound', 'unknown') AS direction,
        multiIf(t.participant != '', 'participant', t.group_id != '', 'group', 'person')
          AS audience,
        multiIf(
          t.failed AND t.rungs < 2, 'failed', t.rungs >= 8, 'played', t.rungs >= 4, 'read',
          t.rungs >= 2, 'delivered', t.rungs >= 1, 'sent', t.inbound, 'received', 'unknown'
        ) AS status,
        t.rungs AS rungs,
        t.failed AS failed,
        toBool(t.failed AND t.rungs >= 2) AS conflict,
        toBool(t.rungs >= 4 AND bitAnd(t.rungs, 2) = 0) AS delivered_implied,
        coalesce(t.sent_at, t.message_at, t.delivered_at, t.read_at, t.played_at, t.failed_at,
          t.first_received_at) AS started_at,
        t.message_at AS message_at, t.sent_at AS sent_at,
        if(t.rungs >= 4 AND bitAnd(t.rungs, 2) = 0, coalesce(t.read_at, t.played_at),
          t.delivered_at) AS delivered_at,
        t.read_at AS read_at, t.played_at AS played_at, t.failed_at AS failed_at,
        dateDiff('millisecond', t.sent_at, t.delivered_at) AS sent_to_delivered_ms,
        dateDiff('millisecond', t.sent_at, t.read_at) AS sent_to_read_ms,
        dateDiff('millisecond', t.delivered_at, t.read_at) AS delivered_to_read_ms,
        dateDiff('millisecond', t.sent_at, t.failed_at) AS sent_to_failed_ms,
        t.failure_code AS failure_code, e.meaning AS failure_meaning,
        t.message_type AS message_type, t.historical AS historical,
        t.deleted AS deleted, t.deleted_at AS deleted_at, t.warned AS warned,
        t.edited AS edited, t.edited_at AS edited_at,
        t.revoked AS revoked, t.revoked_at AS revoked_at,
        t.replied AS replied, t.replied_at AS replied_at, t.in_reply_to AS in_reply_to,
        t.reaction.1 AS reacted_at, t.reaction.2 AS reaction,
        t.payment.3 AS payment_status,
        fromUnixTimestamp64Milli(-t.payment.2, 'UTC') AS payment_at,
        t.conversation_id AS conversation_id, t.conversation_origin AS conversation_origin,
        t.pricing_model AS pricing_model, t.pricing_type AS pricing_type,
        t.pricing_category AS pricing_category, t.billable AS billable,
        t.callback_data AS callback_data, t.contact_id AS contact_id,
        t.contact_user_id AS contact_user_id, t.group_id AS group_id,
        t.first_received_at AS first_received_at, t.last_received_at AS last_received_at,
        t.headless AS headless
      FROM ${source}.message_timeline AS t FINAL
      LEFT ANY JOIN (SELECT code, meaning FROM ${source}.error_codes FINAL) AS e
        ON t.failure_code = e.code
      WHERE t.${notCanary}
      ${WITHIN_PARTITIONS}`,
  },
  {
    name: 'funnel_hourly',
    select: ({ views }) => `
      SELECT
        toStartOfHour(started_at) AS hour, number, audience, pricing_category AS category,
        count() AS messages, countIf(rungs >= 1) AS sent, countIf(rungs >= 2) AS delivered,
        countIf(rungs >= 4) AS read, countIf(rungs >= 8) AS played,
        countIf(status = 'failed') AS failed, countIf(conflict) AS conflicts,
        countIf(replied) AS replied
      FROM ${views}.messages
      WHERE direction = 'outbound' AND NOT historical
      GROUP BY hour, number, audience, category`,
  },
  {
    name: 'delivery_latency',
    select: ({ views }) => `
      SELECT
        toStartOfHour(started_at) AS hour, number, pricing_category AS category,
        count(sent_to_delivered_ms) AS delivered,
        quantilesBFloat16If(0.5, 0.9, 0.99)(sent_to_delivered_ms, isNotNull(sent_to_delivered_ms))
          AS delivered_quantiles_ms,
        delivered_quantiles_ms[1] AS delivered_p50_ms,
        delivered_quantiles_ms[2] AS delivered_p90_ms,
        delivered_quantiles_ms[3] AS delivered_p99_ms,
        count(sent_to_read_ms) AS read,
        quantilesBFloat16If(0.5, 0.9, 0.99)(sent_to_read_ms, isNotNull(sent_to_read_ms))
          AS read_quantiles_ms,
        read_quantiles_ms[1] AS read_p50_ms,
        read_quantiles_ms[2] AS read_p90_ms,
        read_quantiles_ms[3] AS read_p99_ms
      FROM ${views}.messages
      WHERE direction = 'outbound' AND NOT historical
      GROUP BY hour, number, category
      HAVING delivered > 0 OR read > 0`,
  },
  {
    name: 'failures',
    select: ({ source, views }) => `
      SELECT
        m.number AS number, m.anchor_day AS anchor_day, m.message_id AS message_id,
        m.participant AS participant, m.failed_at AS failed_at,
        m.failure_code AS code, m.failure_meaning AS meaning,
        e.who_can_act AS who_can_act, e.retryable AS retryable,
        m.status AS status, m.conflict AS conflict, m.started_at AS started_at,
        m.pricing_category AS category, m.contact_id AS contact_id,
        m.callback_data AS callback_data
      FROM ${views}.messages AS m
      LEFT ANY JOIN (SELECT code, who_can_act, retryable FROM ${source}.error_codes FINAL) AS e
        ON m.failure_code = e.code
      WHERE m.failed`,
  },
  {
    name: 'message_events',
    select: ({ source }) => `
      SELECT * FROM ${source}.message_events FINAL WHERE ${notCanary} ${WITHIN_PARTITIONS}`,
  },
  {
    // The same transition may come again after its timeline expired, with another anchor day.
    name: 'status_transitions',
    select: ({ source }) => `SELECT * FROM ${source}.status_transitions FINAL WHERE ${notCanary}`,
  },
]
