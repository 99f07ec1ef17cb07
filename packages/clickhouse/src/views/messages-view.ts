import { sqlText } from '../client/sql-literal.ts'
import { messagesText } from '../dictionary/messages-text.ts'
import { errorCodes } from '../error-codes/error-codes.ts'
import { countryOf } from './country.ts'
import { reactionsIn, STANDING_REACTIONS } from './reactions.ts'
import { notCanary, type ViewDefinition, WITHIN_PARTITIONS } from './view-definition.ts'

// An echo stands for sent: the provider reports no status of what a phone sent.
const SENT_AT = 'if(t.echoed AND t.message_at IS NOT NULL, t.message_at, t.sent_at)'
const RUNGS = 'if(t.echoed, bitOr(t.rungs, 1), t.rungs)'

// What is reported after a later rung took no time that anybody knows.
const since = (from: string, to: string): string =>
  `if(${to} < ${from}, NULL, dateDiff('millisecond', ${from}, ${to}))`
const sinceUnlessOvertaken = (from: string): string =>
  `if(t.delivered_at > coalesce(t.read_at, t.played_at), NULL, ${since(from, 't.delivered_at')})`

/** What the catalogue says of a code; empty of codes that it has not. */
const meaningOf = (code: string): string => {
  const codes = errorCodes.map((one) => one.code).join(', ')
  const meanings = errorCodes.map(({ meaning }) => sqlText(meaning)).join(', ')
  return `transform(ifNull(${code}, 0), [${codes}], [${meanings}], '')`
}

/** Of each template the category that was reported last. */
export const templateCategories = (source: string): string => `
        SELECT account_id, template_name,
          argMax(first.6, (ifNull(first.5, first.1), first.1, first.2, first.3)) AS category
        FROM ${source}.template_categories FINAL
        GROUP BY account_id, template_name`

// By the message's own facts; a template that has another category since changes nothing here.
const OWN_CATEGORY = `multiIf(
          t.price.4 != '', toString(t.price.4),
          t.conversation_origin NOT IN ('', 'business_initiated', 'user_initiated'),
          toString(t.conversation_origin),
          lower(toString(t.template_category)))`

/** Of a message without a category of its own, from the categories of templates `c`. */
export const categoryOf = (own: string, direction: string): string => `multiIf(
          ${own} != '', ${own}, c.category != '', lower(c.category),
          ${direction} = 'outbound', 'not reported', '')`

const columns = {
  number: 't.number',
  anchor_day: 't.anchor_day',
  message_id: 't.message_id',
  participant: 't.participant',
  direction: `multiIf(t.outbound, 'outbound',
          t.inbound AND t.type.2 IN ('system', 'request_welcome'), 'notice',
          t.inbound, 'inbound', 'unknown')`,
  audience: `multiIf(notEmpty(t.participant), 'participant', notEmpty(t.group_id), 'group', 'person')`,
  status: `multiIf(
          t.failed AND rungs < 2, 'failed', rungs >= 8, 'played', rungs >= 4, 'read',
          rungs >= 2, 'delivered', rungs >= 1, 'sent', direction = 'notice', 'notice',
          t.inbound, 'received', 'unknown')`,
  rungs: RUNGS,
  failed: 't.failed',
  conflict: 'toBool(t.failed AND rungs >= 2)',
  delivered_implied: 'toBool(rungs >= 4 AND bitAnd(rungs, 2) = 0)',
  started_at: 't.started.2',
  message_at: 't.message_at',
  sent_at: SENT_AT,
  delivered_at: 'if(delivered_implied, coalesce(t.read_at, t.played_at), t.delivered_at)',
  read_at: 't.read_at',
  played_at: 't.played_at',
  failed_at: 't.failed_at',
  sent_to_delivered_ms: sinceUnlessOvertaken('sent_at'),
  sent_to_read_ms: since('sent_at', 't.read_at'),
  delivered_to_read_ms: since('t.delivered_at', 't.read_at'),
  sent_to_failed_ms: since('sent_at', 't.failed_at'),
  failure_code: 't.failure_code',
  failure_meaning: meaningOf('t.failure_code'),
  message_type: 't.type.2',
  historical: 'toBool(t.historical AND NOT t.live)',
  deleted: 't.deleted',
  deleted_at: 't.deleted_at',
  warned: 't.warned',
  edited: 't.edited',
  edited_at: 't.edited_at',
  revoked: 't.revoked',
  revoked_at: 't.revoked_at',
  replied: 't.replied',
  replied_at: 't.replied_at',
  marked_read: 't.marked_read',
  marked_read_at: 't.marked_read_at',
  received_to_marked_ms: since('t.first_received_at', 't.marked_read_at'),
  in_reply_to: 't.in_reply_to',
  business_replied: 't.business_replied',
  business_replied_at: 't.business_replied_at',
  reacted_at: `fromUnixTimestamp64Milli(nullIf(
          arrayMax(last -> last.1, arrayPushBack(t.reactions.2, (-1, ''))), -1), 'UTC')`,
  reaction: "nullIf(reactions[1].3, '')",
  reactions: reactionsIn(STANDING_REACTIONS),
  payment_status: 't.payment.3',
  payment_at: "fromUnixTimestamp64Milli(-t.payment.2, 'UTC')",
  conversation_id: 't.conversation_id',
  conversation_origin: 't.conversation_origin',
  pricing_model: 't.price.2',
  pricing_type: 't.price.3',
  pricing_category: 't.price.4',
  billable: 'if(t.price.5 < 0, NULL, toBool(t.price.5))',
  category: categoryOf('own_category', 'direction'),
  template_name: 't.template_name',
  template_category: 't.template_category',
  callback_data: 't.callback_data',
  contact_id: 't.contact_id',
  contact_user_id: 't.contact_user_id',
  contact_parent_user_id: 't.contact_parent_user_id',
  username: 't.username',
  country: countryOf({ userId: 't.contact_user_id', phone: 't.contact_id' }),
  group_id: 't.group_id',
  account_id: 't.account_id',
  display_number: 't.display_number',
  echoed: 't.echoed',
  awaits_delivery: `toBool(direction = 'outbound' AND (rungs >= 2 OR t.failed OR t.price.1 > 0
          OR pricing_category != '' OR t.conversation_id != ''
          OR (rungs >= 1 AND t.account_id = '')))`,
  first_received_at: 't.first_received_at',
  last_received_at: 't.last_received_at',
  headless: 't.headless',
}

const toList = (expressions: Readonly<Record<string, string>>): string =>
  Object.entries(expressions)
    .map(([name, expression]) => `${expression} AS ${name}`)
    .join(',\n        ')

/** One row for each timeline: every message, and every participant of a group message. */
export const messages: ViewDefinition = {
  name: 'messages',
  text: messagesText,
  select: ({ source }) => `
      WITH ${OWN_CATEGORY} AS own_category
      SELECT
        ${toList(columns)}
      FROM ${source}.message_timeline AS t FINAL
      LEFT ANY JOIN (${templateCategories(source)}) AS c
        ON t.account_id = c.account_id AND t.template_name = c.template_name
      WHERE t.${notCanary}
      ${WITHIN_PARTITIONS}`,
}

// What counting asks for. Planning the whole view takes longer than counting some days.
const countedColumns = [
  'number',
  'message_id',
  'participant',
  'anchor_day',
  'direction',
  'audience',
  'status',
  'rungs',
  'conflict',
  'started_at',
  'failure_code',
  'historical',
  'replied',
  'conversation_id',
  'pricing_model',
  'pricing_type',
  'pricing_category',
  'billable',
  'contact_user_id',
  'awaits_delivery',
] as const satisfies readonly (keyof typeof columns)[]

const selectCounted = (table: string, more: string, where: string): string => `
        SELECT ${countedColumns.map((name) => `${columns[name]} AS ${name}`).join(', ')},
          ${OWN_CATEGORY} AS own_category,
          if(own_category = '', t.account_id, '') AS account_id,
          if(own_category = '', t.template_name, '') AS template_name${more}
        FROM ${table} AS t FINAL
        WHERE ${where} AND t.${notCanary}
        ${WITHIN_PARTITIONS}`

/**
 * Columns of `messages`, with the category that a message has of its own, or else its template: of
 * the rows `t` of `message_timeline` that fit.
 */
export const countedMessages = (source: string, where: string): string =>
  selectCounted(`${source}.message_timeline`, ', t.contact_id AS contact_id', where)

/** The same of messages to groups and their participants, with the category that is shown. */
export const countedGroups = (source: string): string => `
        SELECT m.*, ${categoryOf('m.own_category', 'm.direction')} AS category
        FROM (${selectCounted(`${source}.group_timeline`, '', 'true')}) AS m
        LEFT ANY JOIN (${templateCategories(source)}) AS c
          ON m.account_id = c.account_id AND m.template_name = c.template_name`

/** What was said to or by a person: by the rows `t` of `message_timeline` that fit. */
export const saidMessages = (source: string, where: string): string => {
  const { direction, rungs, sent_at, started_at, status } = columns
  return `
        SELECT t.number AS number, t.message_id AS message_id, ${direction} AS direction,
          ${rungs} AS rungs, ${status} AS status, ${started_at} AS said_at,
          t.first_received_at AS first_received_at,
          isNotNull(if(direction = 'inbound', t.message_at, ${sent_at})) AS is_timed,
          ${OWN_CATEGORY} AS own_category, ${columns.category} AS category,
          startsWith(category, 'marketing') AND t.in_reply_to = '' AS is_broadcast,
          if(t.account_id = '', t.number, t.account_id) AS scope,
          if(t.contact_id = '', t.contact_user_id, t.contact_id) AS contact
        FROM ${source}.message_timeline AS t FINAL
        LEFT ANY JOIN (${templateCategories(source)}) AS c
          ON t.account_id = c.account_id AND t.template_name = c.template_name
        WHERE t.${notCanary} AND t.participant = '' AND t.group_id = '' AND contact != ''
          AND NOT (t.historical AND NOT t.live)
          AND (direction = 'inbound' OR (direction = 'outbound' AND (rungs > 0 OR t.failed)))
          AND ${where}
        ${WITHIN_PARTITIONS}`
}
