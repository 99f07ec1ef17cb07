import { OPEN_MS_MAX } from './advance.ts'
import {
  type Detection,
  type DetectionKind,
  type Finding,
  type Hour,
  type Judged,
} from './detection.ts'
import { type KnownReport, type ProviderReport, toKnownReports } from './report-meanings.ts'

/**
 * What the provider has reported, and not taken back. The reports are all those of the last weeks,
 * in whichever order they came: what was taken back before it was known never goes on.
 */
export function judgeReports(reports: readonly ProviderReport[], hour: Hour): Judged {
  const known = toKnownReports(reports)
  const beginnings = known.filter(({ isOn }) => isOn)
  const endings = known.filter(({ isOn }) => !isOn)
  return {
    found: beginnings
      .filter(({ report }) => hour.endMs - report.atMs < OPEN_MS_MAX)
      .map(({ kind, report }) => toFinding(kind, report)),
    endOf(detection) {
      const { sinceMs } = detection
      const times = endings
        .filter((one) => isEndOf(one, detection))
        .map(({ report }) => report.atMs)
        .filter((atMs) => atMs >= sinceMs)
      const untilMs = untilOf(detection, beginnings)
      const endedMs = Math.min(...times, untilMs < hour.endMs ? untilMs : Infinity)
      return endedMs === Infinity ? null : endedMs
    },
  }
}

/** When it ends by itself: a later report of the same, before that, may say that it goes on. */
function untilOf(
  { figures, kind, sinceMs, subject }: Detection,
  beginnings: readonly KnownReport[],
) {
  const later = beginnings
    .filter((one) => one.kind === kind && subjectOf(kind, one.report) === subject)
    .map(({ report }) => report)
    .filter(({ atMs }) => atMs >= sinceMs)
    .toSorted((left, right) => left.atMs - right.atMs)
  const firstMs = (figures['until_seconds'] ?? Infinity) * 1_000
  return later.reduce(
    (untilMs, report) =>
      report.atMs <= untilMs ? Math.max(untilMs, report.untilMs ?? Infinity) : untilMs,
    firstMs,
  )
}

/** An account that may do everything again has no number that is restricted. */
function isEndOf({ kind, report }: KnownReport, detection: Detection): boolean {
  if (kind !== detection.kind) return false
  const subject = subjectOf(kind, report)
  const isPart = kind === 'account_restricted' && detection.subject.startsWith(`${subject}, `)
  return isPart || subject === detection.subject
}

function toFinding(kind: DetectionKind, report: ProviderReport): Finding {
  const { atMs, banState, event, field, limit, untilMs } = report
  const words =
    field === 'business_capability_update' ? ['a lower limit', limit] : [event, banState]
  return {
    kind,
    number: report.number,
    subject: subjectOf(kind, report),
    sinceMs: atMs,
    reason: `the provider reported ${listOf(words)}`,
    figures: untilMs === null ? {} : { until_seconds: Math.floor(untilMs / 1_000) },
  }
}

/** Accounts may have templates of one name: the account is part of which one it is. */
function subjectOf(kind: DetectionKind, report: ProviderReport): string {
  const { account, displayNumber, language, template } = report
  if (kind === 'template_paused') return listOf([template, language, account])
  if (kind === 'account_restricted') return listOf([account, displayNumber])
  return displayNumber === '' ? account : displayNumber
}

function listOf(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(', ')
}
