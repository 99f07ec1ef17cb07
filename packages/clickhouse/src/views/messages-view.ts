import { sqlText } from '../client/sql-literal.ts'
import { messagesText } from '../dictionary/messages-text.ts'
import { errorCodes } from '../migrations/error-codes.ts'
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
const templateCategories = (source: string): string => `
        SELECT account_id, template_name,
          argMax(first.6, (ifNull(first.5, first.1), first.1, first.2, first.3)) AS category
        FROM ${source}.template_categories FINAL
        GROUP BY account_id, template_name`

/** One row for each timeline: every message, and every participant of a group message. */
export const messages: ViewDefinition = {
  name: 'messages',
  text: messagesText,
  select: ({ source }) => `
      SELECT
        t.number AS number, t.anchor_day AS anchor_day, t.message_id AS message_id,
        t.participant AS participant,
        multiIf(t.outbound, 'outbound',
          t.inbound AND t.type.2 IN ('system', 'request_welcome'), 'notice',
          t.inbound, 'inbound', 'unknown') AS direction,
        multiIf(notEmpty(t.participant), 'participant', notEmpty(t.group_id), 'group', 'person')
          AS audience,
        multiIf(
          t.failed AND rungs < 2, 'failed', rungs >= 8, 'played', rungs >= 4, 'read',
          rungs >= 2, 'delivered', rungs >= 1, 'sent', direction = 'notice', 'notice',
          t.inbound, 'received', 'unknown'
        ) AS status,
        ${RUNGS} AS rungs,
        t.failed AS failed,
        toBool(t.failed AND rungs >= 2) AS conflict,
        toBool(rungs >= 4 AND bitAnd(rungs, 2) = 0) AS delivered_implied,
        t.started.2 AS started_at,
        t.message_at AS message_at, ${SENT_AT} AS sent_at,
        if(delivered_implied, coalesce(t.read_at, t.played_at), t.delivered_at) AS delivered_at,
        t.read_at AS read_at, t.played_at AS played_at, t.failed_at AS failed_at,
        ${sinceUnlessOvertaken('sent_at')} AS sent_to_delivered_ms,
        ${since('sent_at', 't.read_at')} AS sent_to_read_ms,
        ${since('t.delivered_at', 't.read_at')} AS delivered_to_read_ms,
        ${since('sent_at', 't.failed_at')} AS sent_to_failed_ms,
        t.failure_code AS failure_code, ${meaningOf('t.failure_code')} AS failure_meaning,
        t.type.2 AS message_type, toBool(t.historical AND NOT t.live) AS historical,
        t.deleted AS deleted, t.deleted_at AS deleted_at, t.warned AS warned,
        t.edited AS edited, t.edited_at AS edited_at,
        t.revoked AS revoked, t.revoked_at AS revoked_at,
        t.replied AS replied, t.replied_at AS replied_at, t.in_reply_to AS in_reply_to,
        t.business_replied AS business_replied, t.business_replied_at AS business_replied_at,
        fromUnixTimestamp64Milli(nullIf(
          arrayMax(last -> last.1, arrayPushBack(t.reactions.2, (-1, ''))), -1), 'UTC')
          AS reacted_at,
        nullIf(reactions[1].3, '') AS reaction,
        ${reactionsIn(STANDING_REACTIONS)} AS reactions,
        t.payment.3 AS payment_status,
        fromUnixTimestamp64Milli(-t.payment.2, 'UTC') AS payment_at,
        t.conversation_id AS conversation_id, t.conversation_origin AS conversation_origin,
        t.price.2 AS pricing_model, t.price.3 AS pricing_type, t.price.4 AS pricing_category,
        if(t.price.5 < 0, NULL, toBool(t.price.5)) AS billable,
        multiIf(
          pricing_category != '', pricing_category,
          t.conversation_origin NOT IN ('', 'business_initiated', 'user_initiated'),
          toString(t.conversation_origin),
          t.template_category != '', lower(toString(t.template_category)),
          c.category != '', lower(c.category),
          direction = 'outbound', 'not reported', '') AS category,
        t.template_name AS template_name, t.template_category AS template_category,
        t.callback_data AS callback_data, t.contact_id AS contact_id,
        t.contact_user_id AS contact_user_id,
        t.contact_parent_user_id AS contact_parent_user_id, t.username AS username,
        ${countryOf({ userId: 't.contact_user_id', phone: 't.contact_id' })} AS country,
        t.group_id AS group_id, t.account_id AS account_id, t.display_number AS display_number,
        t.echoed AS echoed,
        toBool(direction = 'outbound' AND (rungs >= 2 OR t.failed OR t.price.1 > 0
          OR pricing_category != '' OR t.conversation_id != ''
          OR (rungs >= 1 AND t.account_id = ''))) AS awaits_delivery,
        t.first_received_at AS first_received_at, t.last_received_at AS last_received_at,
        t.headless AS headless
      FROM ${source}.message_timeline AS t FINAL
      LEFT ANY JOIN (${templateCategories(source)}) AS c
        ON t.account_id = c.account_id AND t.template_name = c.template_name
      WHERE t.${notCanary}
      ${WITHIN_PARTITIONS}`,
}
