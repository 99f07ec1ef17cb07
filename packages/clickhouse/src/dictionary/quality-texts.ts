import { shared } from './shared-columns.ts'
import {
  bestTime,
  measured,
  ourTime,
  plain,
  theirTime,
  type ViewText,
  written,
} from './view-text.ts'

const language = plain('language of the template')
const ofAwaited = plain('of the recipients awaited; null when there are none')

export const qualityTexts = {
  numbers: {
    shows: 'The numbers of the business, as webhooks named them.',
    row: 'number, account and display number',
    narrowedBy: 'little',
    columns: {
      number: shared.number,
      account_id: shared.account,
      display_number: plain(
        "the business's own phone number as digits; empty where no webhook named it",
      ),
      last_day: measured('our clock, day, UTC', 'last day with news of it'),
    },
  },
  number_quality: {
    shows: "What became of each number's messages; without those of a history synchronisation.",
    row: 'day and number',
    narrowedBy: 'counted',
    columns: {
      day: measured(
        "provider's clock, or ours where it gave none; day, `time_zone`",
        'day of `started_at`; of a message to a group, the earliest of its rows',
      ),
      number: shared.number,
      time_zone: shared.timeZone,
      received: plain('messages of customers'),
      messages: plain('our messages; one to a group counts once'),
      recipients: shared.recipients,
      delivered: plain('recipients to whom it was at least delivered'),
      read: plain('recipients who at least read it'),
      failed: shared.failedRecipients,
      deliverable_unknown: plain('recipients whose delivery can not be expected'),
      awaited: plain('recipients whose delivery can be expected'),
      delivered_share: ofAwaited,
      read_share: ofAwaited,
      failed_share: ofAwaited,
      failure_codes: plain('recipients failed, by error code, as a map; 0: no code was given'),
    },
  },
  number_health_daily: {
    shows: 'What the provider reported about a number, over what became of its messages that day.',
    row: 'day and number',
    narrowedBy: 'counted',
    columns: {
      day: measured(
        "provider's clock, or ours where it gave none; day, `time_zone`",
        'day of the messages and reports',
      ),
      number: shared.number,
      time_zone: shared.timeZone,
      display_number: plain(
        "the business's own phone number as digits; empty where no webhook named it",
      ),
      messages: plain('our messages; one to a group counts once'),
      recipients: shared.recipients,
      awaited: plain('recipients whose delivery can be expected'),
      delivered_share: ofAwaited,
      read_share: ofAwaited,
      failed_share: ofAwaited,
      quality_events: measured(
        "provider's clock, s; our clock, ms, where it gave none; UTC",
        'what the provider reported that day: (when, what, limit or quality before, messaging ' +
          'limit now), earliest first',
      ),
    },
  },
  template_quality: {
    shows: 'The latest reports about templates. What was never reported is empty.',
    row: 'template and language',
    columns: {
      account_id: plain('WhatsApp Business Account'),
      template_id: plain('id of the template'),
      language,
      template: plain('name of the template'),
      status: plain('APPROVED, REJECTED, PAUSED, …'),
      status_reason: written('why, as given'),
      quality: plain('GREEN, YELLOW, RED, UNKNOWN'),
      category: plain('after the last change of category'),
      coming_category: plain('category announced for it'),
      category_changes_at: theirTime('when it gets that category'),
      stops: plain('how often it was rejected, paused or disabled'),
      last_event_at: ourTime('when we heard of it last'),
    },
  },
  quality_events: {
    shows: 'What the provider reported about templates, numbers and accounts.',
    row: 'report, however often it was sent',
    columns: {
      received_at: ourTime('when we first heard'),
      event_at: shared.eventAt,
      account_id: plain('WhatsApp Business Account'),
      field: shared.field,
      display_number: plain("the business's number as digits, where it is about one"),
      template_id: plain('id of the template, where it is about one'),
      template: plain('name of the template'),
      language,
      previous: plain('quality, category or limit before'),
      current: plain('quality or category now; otherwise the name of the event'),
      messaging_limit: plain('messaging limit of the number or account, now'),
      category: plain('category named by the report: of the template, or the correct one'),
      effective_at: theirTime('when the category changes'),
      reason: written('why, as given'),
    },
  },
  account_health: {
    shows: 'What was last reported of each account, number, template and flow.',
    row: 'account, subject, language and aspect',
    columns: {
      account_id: plain('WhatsApp Business Account'),
      subject_kind: plain('`account`, `number`, `template`, `flow` or `business` (portfolio)'),
      subject: plain(
        "the number's digits (its id in an alert), or the id of the others; empty for the account " +
          'itself',
      ),
      subject_name: plain('name of the template'),
      language,
      aspect: plain(
        '`quality`, `messaging_limit`, `throughput`, `status`, `ban`, `restriction`, `review`, ' +
          '`alert`, `category`, `correct_category`, `username`, `security`, …; `news`: what ' +
          '`account_update` says of anything but the status',
      ),
      value: plain('the latest value'),
      previous: plain('value before, as given'),
      reason: written('why, as given'),
      effective_at: theirTime('from when or until when it holds, where that was said'),
      since: bestTime('when the latest report was made'),
      last_received_at: ourTime('when we heard of it last'),
    },
  },
} satisfies Readonly<Record<string, ViewText>>
