import { businessTexts } from '../dictionary/business-texts.ts'
import { dayOf, TIME_ZONE, timeZonesOf } from './number-time-zones.ts'
import { saidMessages } from './messages-view.ts'
import { type ViewContext, type ViewDefinition } from './view-definition.ts'

// A customer is a person: all ids that were ever said to be one, within an account. Who was never
// named by two ids is the one id there is.
const withPersons = (views: string, said: string): string => `
        SELECT m.*, if(p.person = '', m.contact, p.person) AS customer
        FROM (${said}) AS m
        LEFT ANY JOIN ${views}.persons AS p ON p.scope = m.scope AND p.id = m.contact`

/** What was said at what time, and by whom; who calls speaks, whether the call is taken or not. */
const spokenByPersons = (
  { source, views }: ViewContext,
  { said, called }: { readonly said: string; readonly called: string },
): string =>
  withPersons(
    views,
    `
          SELECT number, scope, contact, said_at AS at, toString(direction) AS kind,
            toString(status) AS status
          FROM (${saidMessages(source, said)})
          UNION ALL
          SELECT number, if(account_id = '', number, account_id) AS scope,
            if(contact_id = '', contact_user_id, contact_id) AS contact,
            coalesce(called_at, started_at, received_at) AS at, 'call', ''
          FROM ${views}.calls
          WHERE direction = 'user_initiated' AND contact != '' AND ${called}`,
  )

// Who has not answered yet.
const NOTHING = "('', toDateTime64(0, 3, 'UTC'), 0)"

/**
 * Turns: what one side said until the other did, and what the other said first then. Arrays of each
 * customer take less time and memory than windows over all. Provider times are whole seconds: what
 * is said in the same one is in the order of its arrival. What failed was never said, and a
 * broadcast is no answer to a question that is open.
 */
const turnsOf = (said: string): string => `
          SELECT number, customer,
            arraySort(groupArray((said_at, first_received_at, message_id, is_timed, category,
              direction = 'inbound', is_broadcast))) AS by_time,
            arrayMap(one -> multiIf(one.7, 0, one.6, 1, 2), by_time) AS sides,
            arrayFilter((one, side, last) -> side != 0 OR last != 1, by_time, sides,
              arrayFill(side -> side != 0, sides)) AS turned,
            arrayMap(one -> one.6, turned) AS heard,
            arrayMap((is, was) -> is != was, heard,
              arrayPushFront(arrayPopBack(heard), 2)) AS begins,
            arrayFilter((one, is_first) -> is_first, turned, begins) AS firsts,
            arrayPushBack(arrayPopFront(
              arrayMap(one -> (one.3, one.1, one.4), firsts)), ${NOTHING}) AS answers,
            arrayFilter((place, is_first) -> is_first, arrayEnumerate(turned), begins) AS places,
            arrayMap((from, to) -> to - from, places,
              arrayPushBack(arrayPopFront(places), length(turned) + 1)) AS counts
          FROM (${said})
          WHERE status != 'failed'
          GROUP BY number, customer`

const SINCE = "toDateTime64({since:Date}, 3, 'UTC')"

// Where the time of a turn is not known, as when `sent` was lost, nothing is timed by it.
const selectResponses = (context: ViewContext, where = 'true'): string => `
      SELECT
        r.number AS number, customer,
        if(asked.6, 'business', 'customer') AS responder,
        ${dayOf('asked_at')} AS day, ${TIME_ZONE} AS time_zone,
        asked.1 AS asked_at, asked.3 AS asked_message_id, toUInt64(count) AS messages,
        asked.5 AS category,
        if(answer.1 = '' OR NOT answer.3, NULL, answer.2) AS answered_at,
        answer.1 AS answer_message_id,
        if(asked.4, dateDiff('millisecond', asked_at, answered_at), NULL) AS response_ms
      FROM (
        SELECT number, customer, asked, answer, count
        FROM (${turnsOf(withPersons(context.views, saidMessages(context.source, where)))})
        ARRAY JOIN firsts AS asked, answers AS answer, counts AS count
      ) AS r ${timeZonesOf(context.views, 'r.number')}`

// Most ask about now, and a conversation is as long as its history.
const WITHIN_A_DAY = "> now64(3, 'UTC') - INTERVAL 24 HOUR"

export const conversationViews: readonly ViewDefinition[] = [
  {
    name: 'open_windows',
    text: businessTexts.open_windows,
    select: (context) => `
      SELECT number, customer, max(at) AS last_spoken_at,
        last_spoken_at + INTERVAL 24 HOUR AS window_closes_at
      FROM (${spokenByPersons(context, {
        said: `direction = 'inbound' AND said_at ${WITHIN_A_DAY}`,
        called: `at ${WITHIN_A_DAY}`,
      })})
      GROUP BY number, customer`,
  },
  {
    name: 'response_time',
    text: businessTexts.response_time,
    select: (context) => selectResponses(context),
  },
  {
    name: 'response_time_since',
    text: businessTexts.response_time_since,
    select: (context) => `
      ${selectResponses(context, `said_at >= ${SINCE} - INTERVAL 1 DAY`)}
      WHERE asked_at >= ${SINCE}`,
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
      FROM (${spokenByPersons(context, { said: 'true', called: 'true' })})
      GROUP BY number, customer`,
  },
]
