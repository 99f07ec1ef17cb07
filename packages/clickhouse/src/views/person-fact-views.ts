import { personTexts } from '../dictionary/person-texts.ts'
import { member, readableEvents, secondsOf } from './json/payload.ts'
import { notCanary, type ViewDefinition } from './view-definition.ts'

/** As it stands in the body. */
const item = (name: string): string => member('item', name)
/** The first of a list, which the provider's page on calls has where webhooks have a word. */
const word = (name: string): string => `if(JSONType(item, '${name}') = 'Array',
            JSONExtractString(item, '${name}', 1), ${item(name)})`
const OWN = `replaceRegexpAll(JSONExtractString(payload, 'metadata', 'display_phone_number'),
            '[^0-9]', '')`
const CONTACTS = "JSONExtractArrayRaw(payload, 'contacts')"
/** What the contact block of the person with this id says. */
const contactBy = (key: string, id: string, name: string): string => `if(${id} = '', '',
            ${member(`arrayFirst(one -> ${member('one', key)} = ${id}, ${CONTACTS})`, name)})`

/** What account events say of persons: whom was called, and who wants no more marketing. */
export const personFactViews: readonly ViewDefinition[] = [
  {
    // A call is what one id names: how it connected, how it ended, and what the other side did. Who
    // called is said, or it is who is not the business's own number.
    name: 'calls',
    text: personTexts.calls,
    select: ({ views }) => `
      SELECT
        number, any(e.account_id) AS account_id, call_id, min(e.received_at) AS received_at,
        anyIf(e.direction, e.direction != '') AS direction,
        anyIf(customer, customer != '') AS contact_id,
        anyIf(customer_user_id, customer_user_id != '') AS contact_user_id,
        minOrNullIf(at, word = 'connect') AS called_at,
        maxOrNull(started) AS started_at,
        coalesce(maxOrNull(ended), maxOrNullIf(at, word = 'terminate')) AS ended_at,
        coalesce(maxOrNull(seconds), dateDiff('second', started_at, ended_at)) AS duration_seconds,
        multiIf(
          countIf(word = 'REJECTED') > 0, 'rejected',
          started_at IS NOT NULL OR countIf(word = 'ACCEPTED' OR seconds > 0) > 0, 'taken',
          countIf(word = 'terminate') > 0, 'missed',
          countIf(word = 'RINGING') > 0, 'ringing', 'open') AS outcome,
        anyIf(final, final != '') AS provider_status
      FROM (
        SELECT
          number, account_id, received_at, is_status, ${item('id')} AS call_id,
          if(is_status, ${word('status')}, ${word('event')}) AS word,
          if(is_status, '', ${word('status')}) AS final,
          multiIf(
            is_status, 'business_initiated',
            startsWith(${item('direction')}, 'USER'), 'user_initiated',
            startsWith(${item('direction')}, 'BUSINESS'), 'business_initiated',
            own = '', '',
            ${item('from')} = own, 'business_initiated',
            ${item('from')} != '' OR ${item('from_user_id')} != '', 'user_initiated',
            '') AS direction,
          ${OWN} AS own,
          multiIf(
            is_status, ${item('recipient_id')},
            direction = 'business_initiated', ${item('to')},
            ${item('from')}) AS given_id,
          multiIf(
            is_status, ${item('recipient_user_id')},
            direction = 'business_initiated', ${item('to_user_id')},
            ${item('from_user_id')}) AS given_user_id,
          if(given_id = '', ${contactBy('user_id', 'given_user_id', 'wa_id')}, given_id)
            AS customer,
          if(given_user_id = '', ${contactBy('wa_id', 'given_id', 'user_id')}, given_user_id)
            AS customer_user_id,
          ${secondsOf(item('timestamp'))} AS at,
          ${secondsOf(item('start_time'))} AS started,
          ${secondsOf(item('end_time'))} AS ended,
          toInt64OrNull(${item('duration')}) AS seconds
        FROM ${readableEvents(views, ['calls'])}
        ARRAY JOIN
          arrayConcat(JSONExtractArrayRaw(payload, 'calls'),
            JSONExtractArrayRaw(payload, 'statuses')) AS item,
          arrayConcat(arrayMap(one -> false, JSONExtractArrayRaw(payload, 'calls')),
            arrayMap(one -> true, JSONExtractArrayRaw(payload, 'statuses'))) AS is_status
      ) AS e
      WHERE call_id != ''
      GROUP BY number, call_id`,
  },
  {
    // In force until the person says otherwise, by whichever id: what the provider refuses as
    // stopped says the same as the person, whatever else it gives as a reason. Repetition changes
    // nothing here.
    name: 'opt_outs',
    text: personTexts.opt_outs,
    select: ({ source, views }) => `
      SELECT * EXCEPT (stops, resumed_at) FROM (
      SELECT
        number, person, max(o.contact_id) AS contact_id,
        max(o.contact_user_id) AS contact_user_id, category,
        ifNull(maxOrNullIf(at, value = 'resume'), toDateTime64(0, 3, 'UTC')) AS resumed_at,
        groupArrayIf(at, value = 'stop') AS stops,
        toBool(arrayExists(stop -> stop > resumed_at, stops)) AS in_force,
        if(in_force, arrayMin(arrayFilter(stop -> stop > resumed_at, stops)), arrayMax(stops))
          AS since,
        if(in_force, NULL, resumed_at) AS ended_at,
        arraySort(groupUniqArray(source)) AS sources
      FROM (
        SELECT s.*, if(p.person = '', s.id, p.person) AS person
        FROM (
          SELECT
            number, account_id, received_at, ${item('wa_id')} AS contact_id,
            ${item('user_id')} AS contact_user_id,
            if(contact_id = '', contact_user_id, contact_id) AS id,
            ${item('category')} AS category, ${item('value')} AS value,
            ifNull(${secondsOf(item('timestamp'))}, received_at) AS at,
            'user_preferences' AS source
          FROM ${readableEvents(views, ['user_preferences'])}
          ARRAY JOIN JSONExtractArrayRaw(payload, 'user_preferences') AS item
          UNION ALL
          SELECT
            number, account_id, received_at, contact_id, contact_user_id,
            if(contact_id = '', contact_user_id, contact_id), 'marketing_messages', 'stop',
            ifNull(event_at, received_at), 'error 131050'
          FROM ${source}.message_events
          WHERE has(error_codes, 131050) AND event_type = 'MessageStatusChanged'
            AND status = 'failed' AND ${notCanary}
        ) AS s
        LEFT ANY JOIN ${views}.persons AS p
          ON p.scope = if(s.account_id = '', s.number, s.account_id) AND p.id = s.id
      ) AS o
      GROUP BY number, person, category
      HAVING notEmpty(stops)
      )`,
  },
]
