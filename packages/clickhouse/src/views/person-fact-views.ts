import { personTexts } from '../dictionary/person-texts.ts'
import { member, secondsOf } from './json/payload.ts'
import { type ViewDefinition } from './view-definition.ts'

/** What account events say of persons: whom was called, and who wants no more marketing. */
export const personFactViews: readonly ViewDefinition[] = [
  {
    // A call is what one id names: how it connected, how it ended, and what the other side did.
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
          started_at IS NOT NULL OR countIf(word = 'ACCEPTED') > 0, 'taken',
          countIf(word = 'terminate') > 0, 'missed',
          countIf(word = 'RINGING') > 0, 'ringing', 'open') AS outcome,
        anyIf(final, final != '') AS provider_status
      FROM (
        SELECT
          number, account_id, received_at, is_status, ${member('item', 'id')} AS call_id,
          if(is_status, ${member('item', 'status')}, ${member('item', 'event')}) AS word,
          if(is_status, '', ${member('item', 'status')}) AS final,
          multiIf(
            is_status, 'business_initiated',
            startsWith(${member('item', 'direction')}, 'USER'), 'user_initiated',
            startsWith(${member('item', 'direction')}, 'BUSINESS'), 'business_initiated',
            '') AS direction,
          multiIf(
            is_status, ${member('item', 'recipient_id')},
            startsWith(${member('item', 'direction')}, 'BUSINESS'), ${member('item', 'to')},
            ${member('item', 'from')}) AS customer,
          multiIf(
            is_status, ${member('item', 'recipient_user_id')},
            startsWith(${member('item', 'direction')}, 'BUSINESS'), ${member('item', 'to_user_id')},
            ${member('item', 'from_user_id')}) AS customer_user_id,
          ${secondsOf(member('item', 'timestamp'))} AS at,
          ${secondsOf(member('item', 'start_time'))} AS started,
          ${secondsOf(member('item', 'end_time'))} AS ended,
          toInt64OrNull(${member('item', 'duration')}) AS seconds
        FROM ${views}.account_events
        ARRAY JOIN
          arrayConcat(JSONExtractArrayRaw(payload, 'calls'),
            JSONExtractArrayRaw(payload, 'statuses')) AS item,
          arrayConcat(arrayMap(one -> false, JSONExtractArrayRaw(payload, 'calls')),
            arrayMap(one -> true, JSONExtractArrayRaw(payload, 'statuses'))) AS is_status
        WHERE field = 'calls'
      ) AS e
      WHERE call_id != ''
      GROUP BY number, call_id`,
  },
  {
    // In force until the person says otherwise, by whichever id: what the provider refuses as
    // stopped says the same as the person.
    name: 'opt_outs',
    text: personTexts.opt_outs,
    select: ({ views }) => `
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
            number, account_id, received_at, ${member('item', 'wa_id')} AS contact_id,
            ${member('item', 'user_id')} AS contact_user_id,
            if(contact_id = '', contact_user_id, contact_id) AS id,
            ${member('item', 'category')} AS category, ${member('item', 'value')} AS value,
            ifNull(${secondsOf(member('item', 'timestamp'))}, received_at) AS at,
            'user_preferences' AS source
          FROM ${views}.account_events
          ARRAY JOIN JSONExtractArrayRaw(payload, 'user_preferences') AS item
          WHERE field = 'user_preferences'
          UNION ALL
          SELECT
            number, account_id, first_received_at, contact_id, contact_user_id,
            if(contact_id = '', contact_user_id, contact_id), 'marketing_messages', 'stop',
            ifNull(failed_at, first_received_at), 'error 131050'
          FROM ${views}.messages
          WHERE failed AND failure_code = 131050
        ) AS s
        LEFT ANY JOIN ${views}.persons AS p
          ON p.scope = if(s.account_id = '', s.number, s.account_id) AND p.id = s.id
      ) AS o
      GROUP BY number, person, category
      HAVING notEmpty(stops)
      )`,
  },
]
