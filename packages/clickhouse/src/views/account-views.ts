import { qualityTexts } from '../dictionary/quality-texts.ts'
import {
  payloadNumber,
  payloadRaw as raw,
  payloadText as text,
  readableEvents,
  secondsOf,
} from './json/payload.ts'
import { type ViewDefinition } from './view-definition.ts'

const firstOf = (...given: readonly string[]): string =>
  `coalesce(${given.map((one) => `nullIf(${one}, '')`).join(', ')}, '')`
/** A time in seconds or written for people; null where there is none. */
const bestEffort = (value: string): string => `parseDateTime64BestEffortOrNull(${value}, 3, 'UTC')`
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

/** The category that a template has, in a report of the one that it should have. */
export const detectedCategory = firstOf(text('category'), text('current_category'))

interface Fact {
  readonly of: keyof typeof subjectOf
  readonly aspect: string
  readonly value: string
  readonly previous?: string
  readonly reason?: string
  readonly effectiveAt?: string
}

/** By the kind of what a fact is about: the kind as shown, and which one it is. */
const subjectOf = {
  account: ["'account'", "''"],
  number: ["'number'", payloadNumber],
  template: ["'template'", raw('message_template_id')],
  flow: ["'flow'", raw('flow_id')],
  /** An alert names what it is about: a number, a business portfolio, or the account itself. */
  alerted: [
    `transform(${text('entity_type')}, ['PHONE_NUMBER', 'BUSINESS'], ['number', 'business'],
                'account')`,
    `if(${text('entity_type')} IN ('PHONE_NUMBER', 'BUSINESS'), ${raw('entity_id')}, '')`,
  ],
} as const

/** What `account_update` says of the account's own fate; the rest are news about it. */
const STATUSES = [
  'ACCOUNT_DELETED',
  'ACCOUNT_OFFBOARDED',
  'ACCOUNT_RECONNECTED',
  'ACCOUNT_RESTRICTION',
  'ACCOUNT_VIOLATION',
  'DISABLED_UPDATE',
  'VERIFIED_ACCOUNT',
]
  .map((event) => `'${event}'`)
  .join(', ')

const WHY = firstOf(text('violation_info', 'violation_type'), text('disconnection_info', 'reason'))

/** The provider documents the field under two names. */
const USERNAME: readonly Fact[] = [
  { of: 'number', aspect: 'username', value: text('username') },
  { of: 'number', aspect: 'username_status', value: text('status') },
]

/** What each field says of the health of an account, a number, a template or a flow. */
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
      value: `if(event IN (${STATUSES}), event, '')`,
      reason: WHY,
    },
    {
      of: 'account',
      aspect: 'news',
      value: `if(event IN (${STATUSES}), '', event)`,
      reason: WHY,
    },
    {
      of: 'account',
      aspect: 'ban',
      value: firstOf(
        text('ban_info', 'waba_ban_state'),
        `JSONExtractString(payload, 'ban_info', 'waba_ban_state', 1)`,
      ),
      effectiveAt: bestEffort(text('ban_info', 'waba_ban_date')),
    },
    {
      of: 'account',
      aspect: 'restriction',
      value: `arrayStringConcat(arrayMap(one -> JSONExtractString(one, 'restriction_type'),
            JSONExtractArrayRaw(payload, 'restriction_info')), ', ')`,
      reason: `JSONExtractString(payload, 'restriction_info', 1, 'remediation')`,
      effectiveAt: secondsOf(`JSONExtractRaw(payload, 'restriction_info', 1, 'expiration')`),
    },
  ],
  account_review_update: [{ of: 'account', aspect: 'review', value: text('decision') }],
  account_alerts: [
    {
      of: 'alerted',
      aspect: 'alert',
      value: firstOf(text('alert_info', 'alert_type'), text('alert_type')),
      reason: firstOf(text('alert_info', 'alert_description'), text('alert_description')),
    },
    {
      of: 'alerted',
      aspect: 'alert_status',
      value: firstOf(text('alert_info', 'alert_status'), text('alert_status')),
    },
    {
      of: 'alerted',
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
        text('rejection_info', 'reason'),
        text('other_info', 'description'),
        text('reason'),
      ),
      effectiveAt: bestEffort(raw('disable_info', 'disable_date')),
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
      previous: detectedCategory,
      effectiveAt: secondsOf(raw('category_update_timestamp')),
    },
  ],
  business_username_update: USERNAME,
  business_username_updates: USERNAME,
  security: [{ of: 'number', aspect: 'security', value: 'event' }],
  flows: [
    {
      of: 'flow',
      aspect: 'status',
      value: text('new_status'),
      previous: text('old_status'),
      reason: text('message'),
    },
    {
      of: 'flow',
      aspect: 'alert',
      value: `if(${text('alert_state')} = '', '', event)`,
      reason: text('message'),
    },
    { of: 'flow', aspect: 'alert_status', value: text('alert_state') },
  ],
}

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
  const [kind, subject] = subjectOf[of]
  return `(${kind}, ${subject}, ${name}, ${language}, '${aspect}', toString(${value}),
              ${previous}, ${reason}, CAST(${effectiveAt}, 'Nullable(DateTime64(3, \\'UTC\\'))'))`
}

const facts = Object.entries(FACTS)
  .map(([field, given]) => `field = '${field}', [${given.map(toTuple).join(',\n            ')}]`)
  .join(',\n          ')

const NO_FACTS = `CAST([], 'Array(Tuple(String, String, String, String, String, String, String, String, Nullable(DateTime64(3, \\'UTC\\'))))')`

export const accountViews: readonly ViewDefinition[] = [
  {
    name: 'account_health',
    text: qualityTexts.account_health,
    select: ({ views }) => `
      SELECT
        account_id, fact.1 AS subject_kind, fact.2 AS subject, argMax(fact.3, at) AS subject_name,
        fact.4 AS language, fact.5 AS aspect, argMax(fact.6, at) AS value,
        argMax(fact.7, at) AS previous, argMax(fact.8, at) AS reason,
        argMax(tuple(fact.9), at).1 AS effective_at,
        max(ifNull(e.event_at, e.received_at)) AS since,
        max(e.received_at) AS last_received_at
      FROM (
        SELECT *, (ifNull(event_at, received_at), received_at, raw_partition, raw_offset) AS at
        FROM ${readableEvents(views, Object.keys(FACTS))}
      ) AS e
      ARRAY JOIN multiIf(
          ${facts},
          ${NO_FACTS}) AS fact
      WHERE fact.6 != ''
      GROUP BY account_id, subject_kind, subject, language, aspect`,
  },
]
