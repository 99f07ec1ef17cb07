import { type Webhook } from '../stories/tell-story.ts'
import { expectAccountEvents, hearChanges } from './changes.ts'
import { expectCalls } from './account-views.ts'
import { expectContents, hearContents } from './content-views.ts'
import {
  expectConversations,
  expectOpenWindows,
  expectResponses,
  expectResponsesSince,
} from './conversations.ts'
import { expectErrors, ownErrors } from './errors.ts'
import { expectMessageEvents } from './event-views.ts'
import { type Expected } from './expected.ts'
import { expectEventFields, expectUnknownFields } from './fields.ts'
import { expectHealth } from './health.ts'
import { hearFacts } from './heard.ts'
import {
  type CodeFacts,
  expectBilling,
  expectFailures,
  expectFunnel,
  expectLatency,
  expectQuality,
} from './message-views.ts'
import { expectMessages } from './messages.ts'
import { expectNumbers } from './numbers.ts'
import { expectOptOuts } from './opt-outs.ts'
import { expectAliases, findPersons } from './persons.ts'
import { categoriesOf, expectHealthDaily, expectReports, expectTemplates } from './quality.ts'
import { expectReadReceipts } from './read-receipts.ts'
import { expectTransitions } from './transitions.ts'

/** Where a row's webhook stands in the log, and names that only the product gives. */
const PLACE = ['raw_partition', 'raw_offset', 'item_index', 'event_id', 'receipt_id']

/** Copied from an item to its event, which the decoder's tests hold. */
const OF_ONE_EVENT = [
  'time_problem',
  'forwarded',
  'historical_status',
  'media_id',
  'mime_type',
  'reply_id',
  'referral_source_id',
  'referral_click_id',
  'conversation_id',
  'conversation_origin',
  'conversation_expires_at',
  'pricing_model',
  'pricing_type',
  'billable',
  'payment_reference_id',
  'payment_transaction_id',
  'payment_amount_value',
  'payment_amount_offset',
  'payment_currency',
  'payment_refunded_value',
  'account_id',
  'display_number',
  'contact_parent_user_id',
  'username',
  'new_contact_id',
  'new_contact_user_id',
  'contact_name',
  // The view `contents` says it, too.
  'content',
]

/** What is unread, and the names that the decoder's tests hold. */
const OF_A_CONTENT: Readonly<Record<string, readonly string[]>> = {
  contents: ['event_id', 'text', 'contact_name', 'unread'],
  // The raw text of a button's reply is in its content.
  replies: ['reply'],
}

/** The rows of every view after these webhooks, in the order in which they are read. */
export function expectViews(
  webhooks: readonly Webhook[],
  { codes, flatNumber }: { readonly codes: readonly CodeFacts[]; readonly flatNumber: string },
): Readonly<Record<string, Expected>> {
  const facts = hearFacts(webhooks, flatNumber)
  const changes = hearChanges(webhooks)
  const meanings = new Map(codes.map(({ code, meaning }) => [code, meaning]))
  const reports = expectReports(changes)
  const messages = expectMessages(facts, { meanings, categories: categoriesOf(reports) })
  const errors = expectErrors(webhooks, facts, { codes, flatNumber })
  const accountEvents = expectAccountEvents(changes, flatNumber)
  const quality = expectQuality(messages)
  const calls = expectCalls(changes)
  const { personOf, rows: persons } = findPersons({ facts, messages, changes })
  const conversations = expectConversations(messages, calls, personOf)
  const contents = Object.fromEntries(
    Object.entries(expectContents(hearContents(facts))).map(([name, rows]) => [
      name,
      { rows, without: OF_A_CONTENT[name] ?? [] },
    ]),
  )
  return {
    messages: { rows: messages },
    numbers: {
      rows: expectNumbers(messages),
      // Of what is about no message, too.
      where: "account_id != '' AND display_number != ''",
      without: ['last_day'],
    },
    funnel_hourly: { rows: expectFunnel(messages) },
    delivery_latency: { rows: expectLatency(messages) },
    read_receipt_delay: { rows: expectReadReceipts(messages) },
    failures: { rows: expectFailures(messages, codes) },
    number_quality: { rows: quality },
    number_health_daily: { rows: expectHealthDaily(quality, reports, messages) },
    quality_events: { rows: reports.map((report) => ({ ...report })) },
    template_quality: { rows: expectTemplates(reports) },
    account_health: { rows: expectHealth(changes) },
    billing: { rows: expectBilling(messages) },
    errors: { rows: errors, without: PLACE },
    account_events: { rows: accountEvents, without: PLACE },
    account_event_fields: { rows: expectEventFields(changes, flatNumber), without: PLACE },
    unknown_fields: {
      rows: expectUnknownFields({ changes, facts, errors: ownErrors(webhooks, flatNumber) }),
      without: PLACE,
    },
    status_transitions: { rows: expectTransitions(facts), without: ['event_id'] },
    ...contents,
    contents: {
      ...contents['contents'],
      rows: contents['contents']?.rows ?? [],
      // Others hold a name, or what nobody reads.
      where: "content != ''",
    },
    contact_aliases: {
      rows: expectAliases({ facts, messages, changes }),
      // How old it may become.
      without: [...PLACE, 'last_day'],
    },
    persons: { rows: persons },
    conversation: { rows: conversations },
    open_windows: { rows: expectOpenWindows(conversations) },
    response_time: { rows: expectResponses(messages, personOf) },
    response_time_since: expectResponsesSince(messages, personOf),
    opt_outs: {
      rows: expectOptOuts(facts, changes, personOf),
      // Some of a person's ids.
      without: ['contact_id', 'contact_user_id'],
    },
    calls: { rows: calls },
    message_events: {
      rows: expectMessageEvents({ facts, changes: accountEvents, errors }),
      without: [...PLACE, ...OF_ONE_EVENT],
    },
  }
}
