import { messageTexts } from '../dictionary/message-texts.ts'
import { qualityTexts } from '../dictionary/quality-texts.ts'
import { currentRows, staleDays } from '../rollups/rollup.ts'
import { funnelRollup, qualityRollup } from '../rollups/rollups.ts'
import {
  byGroup,
  failureCodesOfGroup,
  funnelOf,
  IS_TO_GROUP,
  qualityOf,
} from '../rollups/counting.ts'
import { categoryOf, countedGroups, templateCategories } from './messages-view.ts'
import { dayOf, TIME_ZONE, timeZonesOf } from './number-time-zones.ts'
import { type ViewDefinition } from './view-definition.ts'

export const outcomeViews: readonly ViewDefinition[] = [
  {
    // A group is one message: its hour and its category are those of all its rows, of
    // which those with a price know best.
    name: 'funnel_hourly',
    text: messageTexts.funnel_hourly,
    select: ({ source }) => `
      WITH ${staleDays(source)} AS stale
      SELECT
        hour, number, audience, category, sum(o.messages) AS messages, sum(o.sent) AS sent,
        sum(o.recipients) AS recipients, sum(o.awaited) AS awaited,
        sum(o.delivered) AS delivered, sum(o.read) AS read, sum(o.played) AS played,
        sum(o.failed) AS failed, sum(o.conflicts) AS conflicts, sum(o.replied) AS replied
      FROM (
        SELECT r.number AS number, 'person' AS audience, r.hour AS hour,
          ${categoryOf('r.category', "'outbound'")} AS category, r.messages AS messages,
          r.sent AS sent, r.replied AS replied, r.recipients AS recipients,
          r.awaited AS awaited, r.delivered AS delivered, r.read AS read, r.played AS played,
          r.failed AS failed, r.conflicts AS conflicts
        FROM (${currentRows(funnelRollup, { source, dayOf, joins: '' })}) AS r
        LEFT ANY JOIN (${templateCategories(source)}) AS c
          ON r.account_id = c.account_id AND r.template_name = c.template_name
        UNION ALL
        SELECT
          number, 'group' AS audience, toStartOfHour(min(m.started_at)) AS hour,
          coalesce(nullIf(maxIf(m.category, m.pricing_category != ''), ''),
            nullIf(maxIf(m.category, m.category != 'not reported'), ''), 'not reported')
            AS category, ${funnelOf(byGroup)}
        FROM (${countedGroups(source)}) AS m
        WHERE ${IS_TO_GROUP} AND NOT historical
        GROUP BY number, m.message_id
      ) AS o
      GROUP BY hour, number, audience, category`,
  },
  {
    // Messages are counted as such, and what became of them by recipient: a group has several.
    name: 'number_quality',
    text: qualityTexts.number_quality,
    select: ({ source, views }) => `
      WITH ${staleDays(source, { joins: timeZonesOf(views, 'marks.number'), timeZone: TIME_ZONE })}
        AS stale
      SELECT
        day, o.number AS number, any(${TIME_ZONE}) AS time_zone, sum(o.received) AS received,
        sum(o.messages) AS messages, sum(o.recipients) AS recipients,
        sum(o.delivered) AS delivered, sum(o.read) AS read, sum(o.failed) AS failed,
        sum(o.deliverable_unknown) AS deliverable_unknown,
        recipients - deliverable_unknown AS awaited,
        if(awaited = 0, NULL, delivered / awaited) AS delivered_share,
        if(awaited = 0, NULL, read / awaited) AS read_share,
        if(awaited = 0, NULL, failed / awaited) AS failed_share,
        sumMap(o.failure_codes) AS failure_codes
      FROM (
        ${currentRows(qualityRollup, { source, dayOf, joins: timeZonesOf(views, 'm.number') })}
        UNION ALL
        SELECT
          m.number AS number, min(${dayOf('m.started_at')}) AS day, ${qualityOf(byGroup)},
          ${failureCodesOfGroup}
        FROM (${countedGroups(source)}) AS m ${timeZonesOf(views, 'm.number')}
        WHERE ${IS_TO_GROUP} AND NOT historical
        GROUP BY number, m.message_id
      ) AS o ${timeZonesOf(views, 'o.number')}
      GROUP BY day, number`,
  },
]
