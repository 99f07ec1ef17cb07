import { type DetectionKind } from './detection.ts'

/** What the provider reported about an account, a number or a template, once. */
export interface ProviderReport {
  /** When it happened, as the provider says, else when it came. */
  readonly atMs: number
  readonly field: string
  readonly event: string
  /** Phone number id; empty where it is not known. */
  readonly number: string
  /** The business's own number as digits; empty where the report names none. */
  readonly displayNumber: string
  readonly account: string
  readonly template: string
  readonly language: string
  readonly banState: string
  /** When a restriction ends, as the report says; null if it does not. */
  readonly untilMs: number | null
  /** The messaging limit that it names, as a tier; empty if it names none. */
  readonly limit: string
}

/** A report that begins something, or ends it. */
export interface KnownReport {
  readonly report: ProviderReport
  readonly kind: DetectionKind
  readonly isOn: boolean
}

type Meaning = readonly [kind: DetectionKind, isOn: boolean]

const LIMITS = 'business_capability_update'

/**
 * What begins with a report, or ends
 * (developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/…):
 *
 * - …/phone_number_quality_update: since limits are those of a portfolio, the page (14 November
 *   2025) has ONBOARDING and THROUGHPUT_UPGRADE only, which are no trouble. FLAGGED, UNFLAGGED,
 *   UPGRADE and DOWNGRADE are of its versions before, and of what partners still document.
 * - …/business_capability_update: "increased or decreased", without which: see `toLimitMeanings`.
 * - …/account_update (20 April 2026): ACCOUNT_RESTRICTION with `restriction_info`, and
 *   DISABLED_UPDATE with `waba_ban_state`. ACCOUNT_VIOLATION restricts nothing by itself.
 * - …/message_template_status_update (13 April 2026): a template that is unpaused is APPROVED.
 *   FLAGGED is a warning, and LOCKED is about changes: both can be sent. PENDING_DELETION is a
 *   deletion in WhatsApp Manager.
 */
const meanings: Readonly<Record<string, Readonly<Record<string, Meaning>>>> = {
  phone_number_quality_update: {
    FLAGGED: ['number_flagged', true],
    UNFLAGGED: ['number_flagged', false],
    DOWNGRADE: ['number_limited', true],
    UPGRADE: ['number_limited', false],
  },
  [LIMITS]: {},
  account_update: {
    ACCOUNT_RESTRICTION: ['account_restricted', true],
  },
  message_template_status_update: {
    PAUSED: ['template_paused', true],
    DISABLED: ['template_paused', true],
    APPROVED: ['template_paused', false],
    REINSTATED: ['template_paused', false],
    DELETED: ['template_paused', false],
    PENDING_DELETION: ['template_paused', false],
  },
}

const bans: Readonly<Record<string, Meaning>> = {
  DISABLE: ['account_restricted', true],
  SCHEDULE_FOR_DISABLE: ['account_restricted', true],
  REINSTATE: ['account_restricted', false],
}

/** Messaging limits of …/business_capability_update and of its versions before, in order. */
const limits: readonly string[] = [
  'TIER_50',
  'TIER_250',
  'TIER_1K',
  'TIER_2K',
  'TIER_10K',
  'TIER_100K',
  'TIER_UNLIMITED',
]

/** Fields in which such reports come. */
export const reportFields: readonly string[] = Object.keys(meanings)

/** Those that mean something, in the order in which it happened. */
export function toKnownReports(reports: readonly ProviderReport[]): readonly KnownReport[] {
  const inOrder = reports.toSorted((left, right) => left.atMs - right.atMs)
  return [
    ...inOrder.flatMap((report) => {
      const meaning = meaningOf(report)
      return meaning === undefined ? [] : [{ report, kind: meaning[0], isOn: meaning[1] }]
    }),
    ...toLimitMeanings(inOrder),
  ]
}

function meaningOf({ banState, event, field }: ProviderReport): Meaning | undefined {
  const ofField = meanings[field] ?? {}
  if (Object.hasOwn(ofField, event)) return ofField[event]
  return field === 'account_update' && Object.hasOwn(bans, banState) ? bans[banState] : undefined
}

/** A limit is lower or higher than the one of the account before; of the first nobody knows. */
function toLimitMeanings(inOrder: readonly ProviderReport[]): readonly KnownReport[] {
  const before = new Map<string, number>()
  return inOrder.flatMap((report) => {
    const rank = limits.indexOf(report.limit)
    if (report.field !== LIMITS || rank === -1) return []
    const former = before.get(report.account)
    before.set(report.account, rank)
    if (former === undefined || former === rank) return []
    return [{ report, kind: 'number_limited' as const, isOn: rank < former }]
  })
}
