import { type HeardChange, timeOf } from './changes.ts'
import { count, dayOf, firstOf, groupBy, type Row } from './expected.ts'
import { rawIn } from './json.ts'
import { type Message } from './messages.ts'
import { timeZoneOf } from './places.ts'
import { type Json } from '../stories/story.ts'

export interface Report {
  readonly received_at: number
  readonly event_at: number | null
  readonly account_id: string
  readonly field: string
  readonly display_number: string
  readonly template_id: string
  readonly template: string
  readonly language: string
  readonly previous: string
  readonly current: string
  readonly messaging_limit: string
  readonly category: string
  readonly effective_at: number | null
  readonly reason: string
}

/** Fields that report no quality of a number, a template or an account. */
const OTHERS = new Set(['calls', 'user_preferences', 'user_id_update', 'account_alerts'])

/** Limits come as tiers, or as numbers of conversations. */
const TIERS: Readonly<Record<string, string>> = { '2000': 'TIER_2K', '-1': 'TIER_UNLIMITED' }

const firstIn = (value: Json, names: readonly string[]): string =>
  names.map((name) => rawIn(value, name)).find((text) => text !== '') ?? ''

export function limitOf(value: Json): string {
  const given = firstIn(value, ['max_daily_conversations_per_business', 'current_limit'])
  return TIERS[given] ?? given
}

/** A number is written in more than one way. */
export const displayOf = (value: Json): string =>
  rawIn(value, 'display_phone_number').replaceAll(/\D/g, '')

export const effectiveAtOf = (value: Json): number | null =>
  'category_update_timestamp' in value ? Number(value['category_update_timestamp']) * 1000 : null

export function expectReports(changes: readonly HeardChange[]): readonly Report[] {
  return changes
    .filter(({ field }) => !OTHERS.has(field))
    .map((change) => {
      const { account, field, receivedAtMs, value } = change
      return {
        received_at: receivedAtMs,
        event_at: timeOf(change),
        account_id: account,
        field,
        display_number: displayOf(value),
        template_id: rawIn(value, 'message_template_id'),
        template: rawIn(value, 'message_template_name'),
        language: rawIn(value, 'message_template_language'),
        previous: firstIn(value, ['previous_quality_score', 'previous_category', 'old_limit']),
        current: firstIn(value, [
          'new_quality_score',
          'new_category',
          'decision',
          ...(field === 'template_correct_category_detection' ? ['category'] : []),
          'event',
        ]),
        messaging_limit: limitOf(value),
        category: firstIn(value, ['correct_category', 'message_template_category']),
        effective_at: effectiveAtOf(value),
        reason: rawIn(value, 'reason'),
      }
    })
}

const timeOfReport = ({ event_at, received_at }: Report): number => event_at ?? received_at

function toCategory(report: Report | undefined): string {
  if (report === undefined) return ''
  return report.field === 'template_category_update' ? report.current : report.category
}

/** The category that was last reported of each template, by account and name as JSON text. */
export function categoriesOf(reports: readonly Report[]): ReadonlyMap<string, string> {
  const given = reports.filter(
    (report) =>
      ['template_category_update', 'message_template_status_update'].includes(report.field) &&
      toCategory(report) !== '',
  )
  const inOrder = given.toSorted(
    (a, b) => timeOfReport(a) - timeOfReport(b) || a.received_at - b.received_at,
  )
  return new Map(
    inOrder.map((report) => [
      JSON.stringify([report.account_id, report.template]),
      toCategory(report),
    ]),
  )
}

const STOPS = new Set(['PAUSED', 'DISABLED', 'REJECTED'])

/** What was last said of each template, by the provider's time. */
export function expectTemplates(reports: readonly Report[]): readonly Row[] {
  const given = reports.filter(({ template_id }) => template_id !== '')
  return groupBy(given, ({ account_id, language, template_id }) => [
    account_id,
    template_id,
    language,
  ]).map((group) => {
    const inOrder = group.toSorted(
      (a, b) => timeOfReport(a) - timeOfReport(b) || a.received_at - b.received_at,
    )
    const last = (is: (report: Report) => boolean): Report | undefined => inOrder.findLast(is)
    const isOf = (field: string) => (report: Report) => report.field === field
    const status = last(isOf('message_template_status_update'))
    const categorized = last(
      ({ category, field }) =>
        field === 'template_category_update' ||
        (field === 'message_template_status_update' && category !== ''),
    )
    const coming = last(({ effective_at }) => effective_at !== null)
    const { account_id, language, template_id } = firstOf(group)
    return {
      account_id,
      template_id,
      language,
      template: last(() => true)?.template,
      status: status?.current ?? '',
      status_reason: status?.reason ?? '',
      quality: last(isOf('message_template_quality_update'))?.current ?? '',
      category: toCategory(categorized),
      coming_category: coming?.category ?? '',
      category_changes_at: coming?.effective_at ?? null,
      stops: count(
        group,
        ({ current, field }) => field === 'message_template_status_update' && STOPS.has(current),
      ),
      last_event_at: Math.max(...group.map(({ received_at }) => received_at)),
    }
  })
}

/** What was reported of a number that day, over what became of its messages. */
export function expectHealthDaily(
  quality: readonly Row[],
  reports: readonly Report[],
  messages: readonly Message[],
): readonly Row[] {
  const named = new Map<string, Message>()
  for (const one of messages) if (one.display_number && one.account_id) named.set(one.number, one)
  const reported = [...named.values()].flatMap(({ account_id, display_number, number }) =>
    reports
      .filter((one) => one.account_id === account_id && one.display_number === display_number)
      .map((one) => ({ number, day: dayOf(timeOfReport(one), timeZoneOf(number)), one })),
  )
  const days = groupBy(
    [...quality, ...reported].map(({ day, number }: Row) => ({ day, number: String(number) })),
    (place) => place,
  ).map(firstOf)
  return days.map(({ day, number }) => {
    const counted = quality.find((row) => row['day'] === day && row['number'] === number)
    return {
      day,
      number,
      time_zone: timeZoneOf(number),
      display_number: named.get(number)?.display_number ?? '',
      messages: counted?.['messages'] ?? 0,
      recipients: counted?.['recipients'] ?? 0,
      awaited: counted?.['awaited'] ?? 0,
      delivered_share: counted?.['delivered_share'] ?? null,
      read_share: counted?.['read_share'] ?? null,
      failed_share: counted?.['failed_share'] ?? null,
      quality_events: reported
        .filter((row) => row.day === day && row.number === number)
        .toSorted((a, b) => timeOfReport(a.one) - timeOfReport(b.one))
        .map(({ one }) => [timeOfReport(one), one.current, one.previous, one.messaging_limit]),
    }
  })
}
