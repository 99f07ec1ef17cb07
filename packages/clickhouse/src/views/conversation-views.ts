import { type ViewContext, type ViewDefinition } from './view-definition.ts'

// A customer is a WhatsApp id; a business-scoped user id counts as the WhatsApp id that was ever
// seen together with it, so that somebody who later hides the phone number stays one customer.
const saidWithPersons = ({ views }: ViewContext): string => `
        SELECT
          m.number AS number, m.message_id AS message_id, m.direction AS direction,
          m.started_at AS said_at, m.first_received_at AS first_received_at,
          m.status AS status, m.pricing_category AS category,
          multiIf(m.contact_id != '', m.contact_id, a.known_id != '', a.known_id,
            m.contact_user_id) AS customer
        FROM ${views}.messages AS m
        LEFT ANY JOIN (
          SELECT number, contact_user_id, max(contact_id) AS known_id
          FROM ${views}.messages
          WHERE contact_user_id != '' AND contact_id != ''
          GROUP BY number, contact_user_id
        ) AS a ON m.number = a.number AND m.contact_user_id = a.contact_user_id
        WHERE m.audience = 'person' AND m.direction IN ('inbound', 'outbound')
          AND NOT m.historical AND customer != ''`

// Provider times are whole seconds: messages of the same second are in the order of their arrival.
const IN_ORDER = 'PARTITION BY number, customer ORDER BY said_at, first_received_at, message_id'

export const conversationViews: readonly ViewDefinition[] = [
  {
    // A turn is what one side says until the other side answers; a failed message was never said.
    name: 'response_time',
    select: (context) => `
      SELECT
        number, customer, if(direction = 'inbound', 'business', 'customer') AS responder,
        asked_at, asked_message_id, messages, category,
        if(answer.1 = '', NULL, answer.2) AS answered_at, answer.1 AS answer_message_id,
        dateDiff('millisecond', asked_at, answered_at) AS response_ms
      FROM (
        SELECT
          number, customer, direction, turn, min(said_at) AS asked_at, count() AS messages,
          argMin(message_id, (said_at, first_received_at, message_id)) AS asked_message_id,
          argMin(category, (said_at, first_received_at, message_id)) AS category,
          leadInFrame((asked_message_id, asked_at)) OVER (
            PARTITION BY number, customer ORDER BY turn
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS answer
        FROM (
          SELECT *, sum(begins) OVER (${IN_ORDER} ROWS UNBOUNDED PRECEDING) AS turn
          FROM (
            SELECT *, direction != lagInFrame(toString(direction)) OVER (${IN_ORDER}
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS begins
            FROM (${saidWithPersons(context)} AND m.status != 'failed')
          )
        )
        GROUP BY number, customer, direction, turn
      )`,
  },
  {
    name: 'conversation',
    select: (context) => `
      SELECT
        number, customer, min(said_at) AS first_message_at, max(said_at) AS last_message_at,
        countIf(direction = 'inbound') AS received, countIf(direction = 'outbound') AS sent,
        countIf(status = 'failed') AS failed,
        maxOrNullIf(said_at, direction = 'inbound') AS last_received_at,
        maxOrNullIf(said_at, direction = 'outbound') AS last_sent_at,
        last_received_at + INTERVAL 24 HOUR AS window_closes_at,
        toBool(ifNull(window_closes_at > now64(3, 'UTC'), false)) AS window_open
      FROM (${saidWithPersons(context)})
      GROUP BY number, customer`,
  },
]
