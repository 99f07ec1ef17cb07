import { type DetectionKind, type Finding, type Hour, type Judged } from './detection.ts'

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
}

type Meaning = readonly [kind: DetectionKind, isOn: boolean]

/**
 * What begins with a report, or ends
 * (developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference:
 * phone_number_quality_update, account_update, message_template_status_update).
 */
const meanings: Readonly<Record<string, Readonly<Record<string, Meaning>>>> = {
  phone_number_quality_update: {
    FLAGGED: ['number_flagged', true],
    UNFLAGGED: ['number_flagged', false],
    DOWNGRADE: ['number_limited', true],
    UPGRADE: ['number_limited', false],
  },
  account_update: {
    ACCOUNT_RESTRICTION: ['account_restricted', true],
  },
  message_template_status_update: {
    PAUSED: ['template_paused', true],
    DISABLED: ['template_paused', true],
    APPROVED: ['template_paused', false],
    REINSTATED: ['template_paused', false],
    DELETED: ['template_paused', false],
  },
}

const bans: Readonly<Record<string, Meaning>> = {
  DISABLE: ['account_restricted', true],
  SCHEDULE_FOR_DISABLE: ['account_restricted', true],
  REINSTATE: ['account_restricted', false],
}

/** Fields in which such reports come. */
export const reportFields: readonly string[] = Object.keys(meanings)

function meaningOf({ banState, event, field }: ProviderReport): Meaning | undefined {
  const ofField = meanings[field]
  const ban = field === 'account_update' ? bans[banState] : undefined
  return ofField !== undefined && Object.hasOwn(ofField, event) ? ofField[event] : ban
}

/** What the provider has reported, and not taken back. */
export function judgeReports(reports: readonly ProviderReport[], hour: Hour): Judged {
  const known = reports.flatMap((report) => {
    const meaning = meaningOf(report)
    return meaning === undefined ? [] : [{ report, kind: meaning[0], isOn: meaning[1] }]
  })
  const endings = known.filter(({ isOn }) => !isOn)
  return {
    found: known.filter(({ isOn }) => isOn).map(({ kind, report }) => toFinding(kind, report)),
    endOf({ figures, kind, number, sinceMs, subject }) {
      const times = endings
        .filter((one) => one.kind === kind && isAbout(one.report, { kind, number, subject }))
        .map(({ report }) => report.atMs)
        .filter((atMs) => atMs >= sinceMs)
      const untilMs = (figures['until_seconds'] ?? Infinity) * 1_000
      const endedMs = Math.min(...times, untilMs < hour.endMs ? untilMs : Infinity)
      return endedMs === Infinity ? null : endedMs
    },
  }
}

function toFinding(kind: DetectionKind, report: ProviderReport): Finding {
  const { atMs, banState, event, untilMs } = report
  return {
    kind,
    number: report.number,
    subject: subjectOf(kind, report),
    sinceMs: atMs,
    reason: `the provider reported ${[event, banState].filter((text) => text !== '').join(', ')}`,
    figures: untilMs === null ? {} : { until_seconds: Math.floor(untilMs / 1_000) },
  }
}

function isAbout(
  report: ProviderReport,
  { kind, number, subject }: Pick<Finding, 'kind' | 'number' | 'subject'>,
): boolean {
  return report.number === number && subjectOf(kind, report) === subject
}

function subjectOf(kind: DetectionKind, report: ProviderReport): string {
  const { account, displayNumber, language, template } = report
  if (kind === 'template_paused') {
    return [template, language].filter((text) => text !== '').join(', ')
  }
  return kind === 'account_restricted' ? account : displayNumber
}
