import { messageTexts } from '../dictionary/message-texts.ts'
import { qualityTexts } from '../dictionary/quality-texts.ts'
import { dayOf, TIME_ZONE, timeZonesOf } from './number-time-zones.ts'
import { type ViewDefinition } from './view-definition.ts'

// Counts for the inner query of a view over `messages AS m`, whose groups are `groupsBy`: one for
// each message to a group, and one for all messages to persons that are counted together.
const TO_GROUP = "(m.direction = 'outbound' AND m.audience != 'person')"
const IS_PARTICIPANT = "m.audience = 'participant'"

/** What persons are counted by; where a message to a group is counted, its rows say together. */
const groupsBy = (place: Readonly<Record<string, string>>): string =>
  [
    `${TO_GROUP} AS to_group, if(to_group, m.message_id, '') AS group_message`,
    ...Object.entries(place).map(
      ([name, value]) => `if(to_group, defaultValueOfArgumentType(${value}), ${value}) AS ${name}`,
    ),
  ].join(', ')

/** Messages of which any row is so: the group's own may be lost, or those of its participants. */
const messagesWith = (is: string): string => `if(to_group, toUInt64(max(${is})), countIf(${is}))`

// One whose phone number is no longer given has a row by the user id, which the other one names.
const PERSON = "if(m.contact_user_id = '', m.participant, m.contact_user_id)"

/** Participants who are so; the group itself stands for them where nobody reported any. */
const recipientsWith = (is: string): string =>
  `if(to_group AND max(${IS_PARTICIPANT}),
            uniqExactIf(${PERSON}, ${IS_PARTICIPANT} AND ${is}), countIf(${is}))`

export const outcomeViews: readonly ViewDefinition[] = [
  {
    // A group is one message: its hour and its category are those of all its rows, of
    // which those with a price know best.
    name: 'funnel_hourly',
    text: messageTexts.funnel_hourly,
    select: ({ views }) => `
      SELECT
        hour, number, audience, category, sum(o.messages) AS messages, sum(o.sent) AS sent,
        sum(o.recipients) AS recipients, sum(o.awaited) AS awaited,
        sum(o.delivered) AS delivered, sum(o.read) AS read, sum(o.played) AS played,
        sum(o.failed) AS failed, sum(o.conflicts) AS conflicts, sum(o.replied) AS replied
      FROM (
        SELECT
          number, if(to_group, 'group', 'person') AS audience,
          toStartOfHour(min(m.started_at)) AS hour,
          coalesce(nullIf(maxIf(m.category, m.pricing_category != ''), ''),
            nullIf(maxIf(m.category, m.category != 'not reported'), ''), 'not reported')
            AS category,
          ${messagesWith('true')} AS messages, ${messagesWith('rungs >= 1')} AS sent,
          ${messagesWith('m.replied')} AS replied,
          ${recipientsWith('true')} AS recipients,
          ${recipientsWith('awaits_delivery')} AS awaited,
          ${recipientsWith('rungs >= 2')} AS delivered,
          ${recipientsWith('rungs >= 4')} AS read, ${recipientsWith('rungs >= 8')} AS played,
          ${recipientsWith("status = 'failed'")} AS failed,
          ${recipientsWith('conflict')} AS conflicts
        FROM ${views}.messages AS m
        WHERE direction = 'outbound' AND NOT historical
        GROUP BY number,
          ${groupsBy({ in_hour: 'toStartOfHour(m.started_at)', in_category: 'm.category' })}
      ) AS o
      GROUP BY hour, number, audience, category`,
  },
  {
    // Messages are counted as such, and what became of them by recipient: a group has several.
    name: 'number_quality',
    text: qualityTexts.number_quality,
    select: ({ views }) => {
      const outbound = (is: string): string => recipientsWith(`direction = 'outbound' AND ${is}`)
      const CODES = 'map(ifNull(m.failure_code, 0), toUInt64(1))'
      const FAILED = "direction = 'outbound' AND status = 'failed'"
      return `
      SELECT
        day, number, any(o.time_zone) AS time_zone, sum(o.received) AS received,
        sum(o.messages) AS messages, sum(o.recipients) AS recipients,
        sum(o.delivered) AS delivered, sum(o.read) AS read, sum(o.failed) AS failed,
        sum(o.deliverable_unknown) AS deliverable_unknown,
        recipients - deliverable_unknown AS awaited,
        if(awaited = 0, NULL, delivered / awaited) AS delivered_share,
        if(awaited = 0, NULL, read / awaited) AS read_share,
        if(awaited = 0, NULL, failed / awaited) AS failed_share,
        sumMap(o.failure_codes) AS failure_codes
      FROM (
        SELECT
          m.number AS number, min(${dayOf('m.started_at')}) AS day, any(${TIME_ZONE}) AS time_zone,
          countIf(direction = 'inbound') AS received,
          ${messagesWith("direction = 'outbound'")} AS messages,
          ${outbound('true')} AS recipients, ${outbound('rungs >= 2')} AS delivered,
          ${outbound('rungs >= 4')} AS read, ${outbound("status = 'failed'")} AS failed,
          ${outbound('true')} - ${outbound('awaits_delivery')}
            AS deliverable_unknown,
          if(to_group AND max(${IS_PARTICIPANT}),
            sumMapIf(${CODES}, ${FAILED} AND ${IS_PARTICIPANT}), sumMapIf(${CODES}, ${FAILED}))
            AS failure_codes
        FROM ${views}.messages AS m ${timeZonesOf(views, 'm.number')}
        WHERE direction IN ('inbound', 'outbound') AND NOT historical
        GROUP BY number, ${groupsBy({ on_day: dayOf('m.started_at') })}
      ) AS o
      GROUP BY day, number`
    },
  },
]
