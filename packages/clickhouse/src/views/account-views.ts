import { type ViewDefinition } from './view-definition.ts'

const text = (...path: readonly string[]): string =>
  `JSONExtractString(payload, ${path.map((name) => `'${name}'`).join(', ')})`
/** As it stands in the body, whether it is written as a number or as a text. */
const raw = (...path: readonly string[]): string =>
  `trim(BOTH '"' FROM JSONExtractRaw(payload, ${path.map((name) => `'${name}'`).join(', ')}))`
const member = (of: string, ...path: readonly string[]): string =>
  `trim(BOTH '"' FROM JSONExtractRaw(${of}, ${path.map((name) => `'${name}'`).join(', ')}))`
const firstOf = (...given: readonly string[]): string =>
  `coalesce(${given.map((one) => `nullIf(${one}, '')`).join(', ')}, '')`
const secondsOf = (value: string): string =>
  `if(toUInt64OrZero(${value}) = 0, NULL, toDateTime64(toUInt64OrZero(${value}), 3, 'UTC'))`

/** The portfolio's limit comes as a tier, or as the number of conversations a day; -1: no limit. */
const tierOf = (value: string): string => `transform(${value},
          ['50', '250', '1000', '2000', '10000', '100000', '-1'],
          ['TIER_50', 'TIER_250', 'TIER_1K', 'TIER_2K', 'TIER_10K', 'TIER_100K', 'TIER_UNLIMITED'],
          ${value})`

/** The messaging limit that an account event names, whichever of its fields does. */
export const messagingLimit = tierOf(
  firstOf(
    raw('max_daily_conversations_per_business'),
    raw('max_daily_conversation_per_phone'),
    raw('current_limit'),
  ),
)

interface Fact {
  readonly of: 'account' | 'number' | 'template'
  readonly aspect: string
  readonly value: string
  readonly previous?: string
  readonly reason?: string
  readonly effectiveAt?: string
}

const NUMBER = text('display_phone_number')
const TEMPLATE = raw('message_template_id')

/** What each field says of the health of an account, a number or a template. */
const FACTS: Readonly<Record<string, readonly Fact[]>> = {
  phone_number_quality_update: [
    { of: 'number', aspect: 'messaging_limit', value: messagingLimit, previous: text('old_limit') },
    {
      of: 'number',
      aspect: 'quality',
      value: `if(event IN ('FLAGGED', 'UNFLAGGED', 'UPGRADE', 'DOWNGRADE', 'ONBOARDING'), event, '')`,
    },
    { of: 'number', aspect: 'throughput', value: `if(event = 'THROUGHPUT_UPGRADE', 'HIGH', '')` },
  ],
  business_capability_update: [
    { of: 'account', aspect: 'messaging_limit', value: messagingLimit },
    { of: 'account', aspect: 'numbers_max', value: raw('max_phone_numbers_per_waba') },
    {
      of: 'account',
      aspect: 'business_numbers_max',
      value: raw('max_phone_numbers_per_business'),
    },
  ],
  phone_number_name_update: [
    {
      of: 'number',
      aspect: 'name',
      value: text('decision'),
      reason: text('rejection_reason'),
    },
    { of: 'number', aspect: 'requested_name', value: text('requested_verified_name') },
  ],
  account_update: [
    {
      of: 'account',
      aspect: 'status',
      value: 'event',
      reason: text('violation_info', 'violation_type'),
    },
    {
      of: 'account',
      aspect: 'ban',
      value: firstOf(
        text('ban_info', 'waba_ban_state'),
        `JSONExtractString(payload, 'ban_info', 'waba_ban_state', 1)`,
      ),
      effectiveAt: `parseDateTime64BestEffortOrNull(${text('ban_info', 'waba_ban_date')}, 3, 'UTC')`,
    },
    {
      of: 'account',
      aspect: 'restriction',
      value: `arrayStringConcat(arrayMap(one -> JSONExtractString(one, 'restriction_type'),
            JSONExtractArrayRaw(payload, 'restriction_info')), ', ')`,
      effectiveAt: secondsOf(`JSONExtractRaw(payload, 'restriction_info', 1, 'expiration')`),
    },
  ],
  account_review_update: [{ of: 'account', aspect: 'review', value: text('decision') }],
  account_alerts: [
    {
      of: 'account',
      aspect: 'alert',
      value: firstOf(text('alert_info', 'alert_type'), text('alert_type')),
      reason: firstOf(text('alert_info', 'alert_description'), text('alert_description')),
    },
    {
      of: 'account',
      aspect: 'alert_status',
      value: firstOf(text('alert_info', 'alert_status'), text('alert_status')),
    },
    {
      of: 'account',
      aspect: 'alert_severity',
      value: firstOf(text('alert_info', 'alert_severity'), text('alert_severity')),
    },
  ],
  message_template_status_update: [
    {
      of: 'template',
      aspect: 'status',
      value: 'event',
      reason: firstOf(
        text('other_info', 'description'),
        text('disable_info', 'disable_date'),
        text('reason'),
      ),
    },
    { of: 'template', aspect: 'category', value: text('message_template_category') },
  ],
  message_template_quality_update: [
    {
      of: 'template',
      aspect: 'quality',
      value: text('new_quality_score'),
      previous: text('previous_quality_score'),
    },
  ],
  template_category_update: [
    {
      of: 'template',
      aspect: 'category',
      value: text('new_category'),
      previous: text('previous_category'),
    },
    {
      of: 'template',
      aspect: 'correct_category',
      value: text('correct_category'),
      previous: text('new_category'),
      effectiveAt: secondsOf(raw('category_update_timestamp')),
    },
  ],
  template_correct_category_detection: [
    {
      of: 'template',
      aspect: 'correct_category',
      value: text('correct_category'),
      previous: text('current_category'),
      effectiveAt: secondsOf(raw('category_update_timestamp')),
    },
  ],
}

const subjectOf = { account: "''", number: NUMBER, template: TEMPLATE } as const

function toTuple({
  of,
  aspect,
  value,
  previous = "''",
  reason = "''",
  effectiveAt = 'NULL',
}: Fact) {
  const name = of === 'template' ? text('message_template_name') : "''"
  const language = of === 'template' ? text('message_template_language') : "''"
  return `('${of}', ${subjectOf[of]}, ${name}, ${language}, '${aspect}', toString(${value}),
              ${previous}, ${reason}, CAST(${effectiveAt}, 'Nullable(DateTime64(3, \\'UTC\\'))'))`
}

const facts = Object.entries(FACTS)
  .map(([field, given]) => `field = '${field}', [${given.map(toTuple).join(',\n            ')}]`)
  .join(',\n          ')

const NO_FACTS = `CAST([], 'Array(Tuple(String, String, String, String, String, String, String, String, Nullable(DateTime64(3, \\'UTC\\'))))')`

export const accountViews: readonly ViewDefinition[] = [
  {
    name: 'account_health',
    select: ({ views }) => `
      SELECT
        account_id, fact.1 AS subject_kind, fact.2 AS subject, argMax(fact.3, at) AS subject_name,
        fact.4 AS language, fact.5 AS aspect, argMax(fact.6, at) AS value,
        argMax(fact.7, at) AS previous, argMax(fact.8, at) AS reason,
        argMax(tuple(fact.9), at).1 AS effective_at, max(ifNull(e.event_at, e.received_at)) AS since,
        max(e.received_at) AS last_received_at
      FROM (
        SELECT *, (ifNull(event_at, received_at), received_at, raw_partition, raw_offset) AS at
        FROM ${views}.account_events
      ) AS e
      ARRAY JOIN multiIf(
          ${facts},
          ${NO_FACTS}) AS fact
      WHERE fact.6 != ''
      GROUP BY account_id, subject_kind, subject, language, aspect`,
  },
  {
    // A call is what one id names: how it connected, how it ended, and what the other side did.
    name: 'calls',
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
    // In force until the person says otherwise: what the provider refuses as stopped says the same.
    name: 'opt_outs',
    select: ({ views }) => `
      SELECT * EXCEPT (stops, resumed_at) FROM (
      SELECT
        number, contact_id, contact_user_id, category,
        ifNull(maxOrNullIf(at, value = 'resume'), toDateTime64(0, 3, 'UTC')) AS resumed_at,
        groupArrayIf(at, value = 'stop') AS stops,
        arrayExists(stop -> stop > resumed_at, stops) AS in_force,
        if(in_force, arrayMin(arrayFilter(stop -> stop > resumed_at, stops)), arrayMax(stops))
          AS since,
        if(in_force, NULL, resumed_at) AS ended_at,
        arraySort(groupUniqArray(source)) AS sources
      FROM (
        SELECT
          number, received_at, ${member('item', 'wa_id')} AS contact_id,
          ${member('item', 'user_id')} AS contact_user_id,
          ${member('item', 'category')} AS category, ${member('item', 'value')} AS value,
          ifNull(${secondsOf(member('item', 'timestamp'))}, received_at) AS at,
          'user_preferences' AS source
        FROM ${views}.account_events
        ARRAY JOIN JSONExtractArrayRaw(payload, 'user_preferences') AS item
        WHERE field = 'user_preferences'
        UNION ALL
        SELECT
          number, first_received_at, contact_id, contact_user_id, 'marketing_messages', 'stop',
          ifNull(failed_at, first_received_at), 'error 131050'
        FROM ${views}.messages
        WHERE failed AND failure_code = 131050
      )
      GROUP BY number, contact_id, contact_user_id, category
      HAVING notEmpty(stops)
      )`,
  },
]
