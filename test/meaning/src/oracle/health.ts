import { type HeardChange, timeOf } from './changes.ts'
import { firstOf, groupBy, type Row } from './expected.ts'
import { isObject, listOf, objectIn, rawIn } from './json.ts'
import { displayOf, effectiveAtOf, limitOf } from './quality.ts'
import { type Json } from '../stories/story.ts'

interface HealthFact {
  readonly kind: 'account' | 'business' | 'number' | 'template'
  readonly aspect: string
  readonly value: string
  readonly previous?: string
  readonly reason?: string
  readonly effectiveAt?: number | null
}

/** What an alert is about, where it is not the account. */
const ALERTED: Readonly<Record<string, HealthFact['kind']>> = {
  BUSINESS: 'business',
  PHONE_NUMBER: 'number',
}

/** News that are no status of the account. */
const NEWS = new Set(['AUTH_INTL_PRICE_ELIGIBILITY_UPDATE', 'MM_LITE_TERMS_SIGNED'])

type HealthFacts = (value: Json) => readonly HealthFact[]

/** What each field says of the health of an account, a number or a template. */
const HEALTH: Readonly<Record<string, HealthFacts>> = {
  phone_number_quality_update: (value) => {
    const event = rawIn(value, 'event')
    const isUpgrade = event === 'THROUGHPUT_UPGRADE'
    const previous = rawIn(value, 'old_limit')
    return [
      { kind: 'number', aspect: 'messaging_limit', value: limitOf(value), previous },
      { kind: 'number', aspect: 'quality', value: isUpgrade ? '' : event },
      { kind: 'number', aspect: 'throughput', value: isUpgrade ? 'HIGH' : '' },
    ]
  },
  business_capability_update: (value) => [
    { kind: 'account', aspect: 'messaging_limit', value: limitOf(value) },
  ],
  phone_number_name_update: (value) => [
    {
      kind: 'number',
      aspect: 'name',
      value: rawIn(value, 'decision'),
      reason: rawIn(value, 'rejection_reason'),
    },
    { kind: 'number', aspect: 'requested_name', value: rawIn(value, 'requested_verified_name') },
  ],
  account_update: (value) => {
    const restrictions = listOf(value['restriction_info'])
    const ban = objectIn(value, 'ban_info')
    const event = rawIn(value, 'event')
    return [
      { kind: 'account', aspect: NEWS.has(event) ? 'news' : 'status', value: event },
      {
        kind: 'account',
        aspect: 'ban',
        value: rawIn(ban, 'waba_ban_state'),
        effectiveAt:
          'waba_ban_date' in ban ? Date.parse(`${rawIn(ban, 'waba_ban_date')} UTC`) : null,
      },
      {
        kind: 'account',
        aspect: 'restriction',
        value: restrictions.map((one) => rawIn(one, 'restriction_type')).join(', '),
        effectiveAt:
          restrictions.length > 0 ? Number(restrictions[0]?.['expiration']) * 1000 : null,
      },
    ]
  },
  account_review_update: (value) => [
    { kind: 'account', aspect: 'review', value: rawIn(value, 'decision') },
  ],
  account_alerts: (value) => {
    const alert = isObject(value['alert_info']) ? value['alert_info'] : value
    const kind = ALERTED[rawIn(value, 'entity_type')] ?? 'account'
    return [
      {
        kind,
        aspect: 'alert',
        value: rawIn(alert, 'alert_type'),
        reason: rawIn(alert, 'alert_description'),
      },
      { kind, aspect: 'alert_severity', value: rawIn(alert, 'alert_severity') },
    ]
  },
  message_template_status_update: (value) => [
    {
      kind: 'template',
      aspect: 'status',
      value: rawIn(value, 'event'),
      reason: rawIn(value, 'reason'),
    },
    { kind: 'template', aspect: 'category', value: rawIn(value, 'message_template_category') },
  ],
  message_template_quality_update: (value) => [
    {
      kind: 'template',
      aspect: 'quality',
      value: rawIn(value, 'new_quality_score'),
      previous: rawIn(value, 'previous_quality_score'),
    },
  ],
  template_correct_category_detection: (value) => [
    {
      kind: 'template',
      aspect: 'correct_category',
      value: rawIn(value, 'correct_category'),
      previous: rawIn(value, 'category'),
    },
  ],
  template_category_update: (value) => [
    {
      kind: 'template',
      aspect: 'category',
      value: rawIn(value, 'new_category'),
      previous: rawIn(value, 'previous_category'),
    },
    {
      kind: 'template',
      aspect: 'correct_category',
      value: rawIn(value, 'correct_category'),
      previous: rawIn(value, 'new_category'),
      effectiveAt: effectiveAtOf(value),
    },
  ],
}

/** The member that names what a fact is about. */
const SUBJECTS = {
  account: '',
  business: 'entity_id',
  // Its id, in an alert.
  number: 'entity_id',
  template: 'message_template_id',
} as const

/** The last word on each aspect of what a person looks after. */
export function expectHealth(changes: readonly HeardChange[]): readonly Row[] {
  const said = changes.flatMap((change) =>
    (HEALTH[change.field]?.(change.value) ?? [])
      .filter(({ value }) => value !== '')
      .map((fact) => ({ change, fact, atMs: timeOf(change) ?? change.receivedAtMs })),
  )
  const keyOf = ({ change, fact }: (typeof said)[number]) => {
    const { account, value } = change
    const isTemplate = fact.kind === 'template'
    return {
      account_id: account,
      subject_kind: fact.kind,
      subject: (fact.kind === 'number' && displayOf(value)) || rawIn(value, SUBJECTS[fact.kind]),
      language: isTemplate ? rawIn(value, 'message_template_language') : '',
      aspect: fact.aspect,
    }
  }
  return groupBy(said, keyOf).map((group) => {
    const inOrder = group.toSorted(
      (a, b) => a.atMs - b.atMs || a.change.receivedAtMs - b.change.receivedAtMs,
    )
    const last = firstOf(inOrder.toReversed())
    const { change, fact } = last
    return {
      ...keyOf(last),
      subject_name: fact.kind === 'template' ? rawIn(change.value, 'message_template_name') : '',
      value: fact.value,
      previous: fact.previous ?? '',
      reason: fact.reason ?? '',
      effective_at: fact.effectiveAt ?? null,
      since: last.atMs,
      last_received_at: Math.max(...group.map((one) => one.change.receivedAtMs)),
    }
  })
}
