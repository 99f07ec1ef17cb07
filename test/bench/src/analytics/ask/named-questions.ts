import { atEnd, type Literals, type Question, quoted } from './question.ts'

/** What support and analysts ask besides the guide's own queries. */
export function namedQuestions(literals: Literals): readonly Question[] {
  const id = quoted(literals.messageId)
  const questions: readonly Question[] = [
    {
      name: 'named/transitions of one message, by its id alone',
      sql: `SELECT event_at, received_at, kind, rung, since_sent_ms, failure_code
        FROM wa.status_transitions WHERE message_id = ${id} ORDER BY received_at`,
      days: 0,
    },
    {
      name: 'named/all of one message, by its id alone',
      sql: `SELECT * FROM wa.messages WHERE message_id = ${id}`,
      days: 0,
    },
    {
      name: 'named/events of one message, by its id alone',
      sql: `SELECT received_at, event_type, status, event_at
        FROM wa.message_events WHERE message_id = ${id} ORDER BY received_at`,
      days: 0,
    },
    {
      name: 'named/funnel of 7 days by hour, from messages, with the day named',
      sql: `SELECT toStartOfHour(started_at) AS hour, count() AS messages,
          countIf(rungs >= 2) AS delivered, countIf(rungs >= 4) AS read,
          countIf(status = 'failed') AS failed
        FROM wa.messages
        WHERE anchor_day >= today() - 8 AND started_at >= now() - INTERVAL 7 DAY
          AND direction = 'outbound' AND audience != 'group' AND NOT historical
        GROUP BY hour ORDER BY hour`,
      days: 7,
    },
    {
      name: 'named/response times of 30 days',
      sql: `SELECT toDate(asked_at) AS day, number, count() AS questions,
          count(response_ms) AS answered, quantiles(0.5, 0.9)(response_ms) AS quantiles_ms
        FROM wa.response_time_since(since = today() - 30)
        WHERE responder = 'business'
        GROUP BY day, number ORDER BY day, number`,
      days: 30,
    },
  ]
  return questions.map((question) => ({ ...question, sql: atEnd(question.sql, literals) }))
}
