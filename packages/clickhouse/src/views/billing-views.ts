import { businessTexts } from '../dictionary/business-texts.ts'
import { currentRows, staleDays } from '../rollups/rollup.ts'
import { billingRollup } from '../rollups/rollups.ts'
import { categoryOf, templateCategories } from './messages-view.ts'
import { dayOf, TIME_ZONE, timeZonesOf } from './number-time-zones.ts'
import { type ViewDefinition } from './view-definition.ts'

export const billingViews: readonly ViewDefinition[] = [
  {
    name: 'billing',
    text: businessTexts.billing,
    select: ({ source, views }) => `
      WITH ${staleDays(source, { joins: timeZonesOf(views, 'marks.number'), timeZone: TIME_ZONE })}
        AS stale
      SELECT
        r.day AS day, r.number AS number, any(${TIME_ZONE}) AS time_zone, r.audience AS audience,
        r.calling_code AS calling_code, r.country AS country, r.model AS model,
        ${categoryOf('r.category', "'outbound'")} AS category, r.type AS type,
        sum(r.messages) AS messages, sum(r.charged) AS charged, sum(r.free) AS free,
        sum(r.undelivered) AS undelivered, sum(r.unknown) AS unknown,
        uniqExactMerge(r.conversations) AS conversations
      FROM (
        ${currentRows(billingRollup, { source, dayOf, joins: timeZonesOf(views, 'm.number') })}
      ) AS r ${timeZonesOf(views, 'r.number')}
      LEFT ANY JOIN (${templateCategories(source)}) AS c
        ON r.account_id = c.account_id AND r.template_name = c.template_name
      GROUP BY day, number, audience, calling_code, country, model, category, type`,
  },
]
