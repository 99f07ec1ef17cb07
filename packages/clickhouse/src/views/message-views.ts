import { messageEventsText } from '../dictionary/message-events-text.ts'
import { messageTexts } from '../dictionary/message-texts.ts'
import { personTexts } from '../dictionary/person-texts.ts'
import { qualityTexts } from '../dictionary/quality-texts.ts'
import { countryOf } from './country.ts'
import { messages } from './messages-view.ts'
import {
  CONTENT_KEY,
  eventsOnce,
  isPlaceholder,
  notCanary,
  RAW_PLACE,
  REPEATED_WITHIN,
  type ViewDefinition,
  WITHIN_PARTITIONS,
} from './view-definition.ts'

// Exact quantiles cost less than sketches here: an hour of a number has fewer times than a sketch
// has cells. Between two times they interpolate, as `quantile` and spreadsheets do.
const QUANTILES = 'quantilesExactInclusiveIf(0.5, 0.9, 0.99)'

// Times are equal anyway: a range of one then reads no others of either table.
const IS_SAME_ROW = [
  ...CONTENT_KEY.split(/,\s+/).map((column) => `e.${column} = c.${column}`),
  'e.event_at <=> c.event_at',
].join(' AND ')

export const messageViews: readonly ViewDefinition[] = [
  messages,
  {
    name: 'delivery_latency',
    text: messageTexts.delivery_latency,
    select: ({ views }) => `
      SELECT
        toStartOfHour(started_at) AS hour, number, category,
        count(sent_to_delivered_ms) AS delivered,
        ${QUANTILES}(sent_to_delivered_ms, isNotNull(sent_to_delivered_ms))
          AS delivered_quantiles_ms,
        delivered_quantiles_ms[1] AS delivered_p50_ms,
        delivered_quantiles_ms[2] AS delivered_p90_ms,
        delivered_quantiles_ms[3] AS delivered_p99_ms,
        count(sent_to_read_ms) AS read,
        ${QUANTILES}(sent_to_read_ms, isNotNull(sent_to_read_ms))
          AS read_quantiles_ms,
        read_quantiles_ms[1] AS read_p50_ms,
        read_quantiles_ms[2] AS read_p90_ms,
        read_quantiles_ms[3] AS read_p99_ms
      FROM ${views}.messages
      WHERE direction = 'outbound' AND audience != 'group' AND NOT historical
      GROUP BY hour, number, category
      HAVING delivered > 0 OR read > 0`,
  },
  {
    name: 'failures',
    text: messageTexts.failures,
    select: ({ source, views }) => `
      SELECT
        m.number AS number, m.anchor_day AS anchor_day, m.message_id AS message_id,
        m.participant AS participant, m.failed_at AS failed_at,
        m.failure_code AS code, m.failure_meaning AS meaning,
        e.who_can_act AS who_can_act, e.retryable AS retryable,
        m.status AS status, m.conflict AS conflict, m.started_at AS started_at,
        m.category AS category, m.contact_id AS contact_id,
        m.callback_data AS callback_data
      FROM ${views}.messages AS m
      LEFT ANY JOIN (SELECT code, who_can_act, retryable FROM ${source}.error_codes FINAL) AS e
        ON m.failure_code = e.code
      WHERE m.failed`,
  },
  {
    // What the provider sends again is one event, of the time when it first came, and a placeholder
    // gives way to what it stood for. What was said stands apart, and is kept for a time of its
    // own; rows of before have it themselves.
    name: 'message_events',
    text: messageEventsText,
    select: ({ source, views }) => `
      SELECT
        e.* EXCEPT (content, contact_name, has_content),
        if(c.text = '', e.content, c.text) AS content,
        if(c.contact_name = '', e.contact_name, c.contact_name) AS contact_name,
        ${countryOf({ userId: 'e.contact_user_id', phone: 'e.contact_id' })} AS country
      FROM (
        SELECT * FROM (${eventsOnce({
          table: `${source}.message_events`,
          where: `event_type != 'AccountEventReceived'
          AND (event_type != 'ErrorReported' OR event_at IS NOT NULL) AND ${notCanary}`,
          order: `${isPlaceholder}, ${RAW_PLACE}`,
          unbelieved: "event_at IS NULL AND time_problem = 'too_late'",
        })})
        UNION ALL
        SELECT * FROM ${source}.message_events FINAL
        WHERE event_type = 'AccountEventReceived'
          AND (${RAW_PLACE}) IN (SELECT ${RAW_PLACE} FROM ${views}.account_events)
        UNION ALL
        SELECT * EXCEPT before FROM (
          SELECT *, lagInFrame(received_at) OVER (
            PARTITION BY number, event_id, event_at ORDER BY ${RAW_PLACE}
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before
          FROM ${source}.message_events FINAL
          WHERE event_type = 'ErrorReported' AND event_at IS NULL AND ${notCanary}
        )
        WHERE before = toDateTime64(0, 3, 'UTC') OR received_at > before + ${REPEATED_WITHIN}
      ) AS e
      LEFT ANY JOIN (SELECT ${CONTENT_KEY}, event_at, text, contact_name
        FROM ${source}.message_content FINAL) AS c ON ${IS_SAME_ROW}
      ${WITHIN_PARTITIONS}`,
  },
  {
    name: 'contact_aliases',
    text: personTexts.contact_aliases,
    select: ({ source }) => `
      SELECT
        account_id, number, kind, left_id, right_id, source, first_seen.5 AS event_at,
        first_seen.1 AS received_at, first_seen.2 AS raw_partition, first_seen.3 AS raw_offset,
        first_seen.4 AS item_index, last_day
      FROM ${source}.contact_aliases FINAL WHERE ${notCanary}`,
  },
  {
    name: 'numbers',
    text: qualityTexts.numbers,
    select: ({ source }) => `SELECT * FROM ${source}.numbers FINAL WHERE ${notCanary}`,
  },
  {
    // What is reported before its beginning took no time that anybody knows.
    name: 'status_transitions',
    text: messageTexts.status_transitions,
    select: ({ source }) => `
      SELECT * REPLACE (
        if(since_sent_ms < 0, NULL, since_sent_ms) AS since_sent_ms,
        if(since_delivered_ms < 0, NULL, since_delivered_ms) AS since_delivered_ms)
      FROM ${source}.status_transitions FINAL WHERE ${notCanary} ${WITHIN_PARTITIONS}`,
  },
]
