import { businessTexts } from '../dictionary/business-texts.ts'
import { dayOf, TIME_ZONE, timeZonesOf } from './number-time-zones.ts'
import { type ViewContext, type ViewDefinition } from './view-definition.ts'

// A customer is a person: all ids that were ever said to be one, within an account. Who was never
// named by two ids is the one id there is.
const personOf = (views: string, said: string): string => `
        LEFT ANY JOIN ${views}.persons AS p
          ON p.scope = if(${said}.account_id = '', ${said}.number, ${said}.account_id)
          AND p.id = if(${said}.contact_id = '', ${said}.contact_user_id, ${said}.contact_id)`
const customerOf = (said: string): string =>
  `multiIf(p.person != '', p.person, ${said}.contact_id != '', ${said}.contact_id,
            ${said}.contact_user_id)`

// A message of ours of which only a payment, a reaction or the like is known says nothing.
const saidWithPersons = ({ views }: ViewContext): string => `
        SELECT
          m.number AS number, m.message_id AS message_id, m.direction AS direction,
          m.started_at AS said_at, m.first_received_at AS first_received_at,
          isNotNull(if(m.direction = 'inbound', m.message_at, m.sent_at)) AS is_timed,
          startsWith(m.category, 'marketing') AND m.in_reply_to = '' AS is_broadcast,
          m.status AS status, m.category AS category, ${customerOf('m')} AS customer
        FROM ${views}.messages AS m ${personOf(views, 'm')}
        WHERE m.audience = 'person' AND NOT m.historical AND customer != ''
          AND (m.direction = 'inbound'
            OR (m.direction = 'outbound' AND (m.rungs > 0 OR m.failed)))`

/** Who calls speaks, whether the call is taken or missed. */
const calledWithPersons = ({ views }: ViewContext): string => `
        SELECT c.number AS number, ${customerOf('c')} AS customer,
          coalesce(c.called_at, c.started_at, c.received_at) AS called_at
        FROM ${views}.calls AS c ${personOf(views, 'c')}
        WHERE c.direction = 'user_initiated' AND customer != ''`

// Provider times are whole seconds: what is said in the same one is in the order of its arrival.
const PLACE = '(said_at, first_received_at, message_id)'
const IN_ORDER = 'PARTITION BY number, customer ORDER BY said_at, first_received_at, message_id'

const WITHIN_A_DAY = "> now64(3, 'UTC') - INTERVAL 24 HOUR"

export const conversationViews: readonly ViewDefinition[] = [
  {
    // Of one day: most ask about now, and a conversation is as long as its history.
    name: 'open_windows',
    text: businessTexts.open_windows,
    select: (context) => `
      SELECT number, customer, max(at) AS last_spoken_at,
        last_spoken_at + INTERVAL 24 HOUR AS window_closes_at
      FROM (
        SELECT number, customer, said_at AS at FROM (${saidWithPersons(context)}
          AND m.direction = 'inbound' AND m.started_at ${WITHIN_A_DAY})
        UNION ALL
        SELECT number, customer, called_at AS at FROM (${calledWithPersons(context)}
          AND called_at ${WITHIN_A_DAY})
      )
      GROUP BY number, customer`,
  },
  {
    // A turn is what one side says until the other side does; what failed was never said, and a
    // broadcast is no answer to a question that is open. Where the time of a turn is not known, as
    // when `sent` was lost, nothing is timed by it.
    name: 'response_time',
    text: businessTexts.response_time,
    select: (context) => `
      SELECT
        r.number AS number, customer,
        if(direction = 'inbound', 'business', 'customer') AS responder,
        ${dayOf('asked_at')} AS day, ${TIME_ZONE} AS time_zone,
        asked_at, asked_message_id, messages, category,
        if(answer.1 = '' OR NOT answer.3, NULL, answer.2) AS answered_at,
        answer.1 AS answer_message_id,
        if(is_timed, dateDiff('millisecond', asked_at, answered_at), NULL) AS response_ms
      FROM (
        SELECT
          number, customer, direction, turn, min(said_at) AS asked_at, count() AS messages,
          argMin(message_id, ${PLACE}) AS asked_message_id,
          argMin(category, ${PLACE}) AS category,
          argMin(is_timed, ${PLACE}) AS is_timed,
          leadInFrame((asked_message_id, asked_at, is_timed)) OVER (
            PARTITION BY number, customer ORDER BY turn
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS answer
        FROM (
          SELECT *, sum(begins) OVER (${IN_ORDER} ROWS UNBOUNDED PRECEDING) AS turn
          FROM (
            SELECT *, direction != lagInFrame(toString(direction)) OVER (${IN_ORDER}
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS begins
            FROM (
              SELECT *, maxIf((said_at, first_received_at, message_id, toString(direction)),
                NOT is_broadcast) OVER (${IN_ORDER}
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last
              FROM (${saidWithPersons(context)} AND m.status != 'failed')
            )
            WHERE NOT (is_broadcast AND last.4 = 'inbound')
          )
        )
        GROUP BY number, customer, direction, turn
      ) AS r ${timeZonesOf(context.views, 'r.number')}`,
  },
  {
    name: 'conversation',
    text: businessTexts.conversation,
    select: (context) => `
      SELECT
        number, customer, min(at) AS first_message_at, max(at) AS last_message_at,
        countIf(kind = 'inbound') AS received, countIf(kind = 'outbound') AS sent,
        countIf(kind = 'call') AS calls, countIf(status = 'failed') AS failed,
        maxOrNullIf(at, kind = 'inbound') AS last_received_at,
        maxOrNullIf(at, kind = 'outbound') AS last_sent_at,
        maxOrNullIf(at, kind IN ('inbound', 'call')) + INTERVAL 24 HOUR AS window_closes_at,
        toBool(ifNull(window_closes_at > now64(3, 'UTC'), false)) AS window_open
      FROM (
        SELECT number, customer, said_at AS at, toString(direction) AS kind,
          toString(status) AS status
        FROM (${saidWithPersons(context)})
        UNION ALL
        SELECT number, customer, called_at AS at, 'call' AS kind, '' AS status
        FROM (${calledWithPersons(context)})
      )
      GROUP BY number, customer`,
  },
]
