import { businessTexts } from '../dictionary/business-texts.ts'
import { callingCodeOf } from './country.ts'
import { dayOf, TIME_ZONE, timeZonesOf } from './number-time-zones.ts'
import { type ViewDefinition } from './view-definition.ts'

// `billable` is deprecated by the provider: type and category say more, where they came.
const CHARGE = `multiIf(
          startsWith(pricing_type, 'free'), 'free',
          pricing_type = '' AND billable = false, 'free',
          pricing_type = '' AND billable IS NULL, 'unknown',
          rungs >= 2, 'charged',
          'undelivered')`

// In a group each participant's delivery is charged: its own row has no price beside theirs.
const CHARGED_BY_ROW = `(audience != 'group' OR pricing_type != '' OR billable IS NOT NULL)`

export const billingViews: readonly ViewDefinition[] = [
  {
    name: 'billing',
    text: businessTexts.billing,
    select: ({ views }) => `
      SELECT
        ${dayOf('m.started_at')} AS day, m.number AS number,
        any(${TIME_ZONE}) AS time_zone, audience,
        ${callingCodeOf('contact_id')} AS calling_code, country,
        pricing_model AS model, category, pricing_type AS type,
        count() AS messages,
        countIf(${CHARGE} = 'charged') AS charged,
        countIf(${CHARGE} = 'free') AS free,
        countIf(${CHARGE} = 'undelivered') AS undelivered,
        countIf(${CHARGE} = 'unknown') AS unknown,
        uniqExactIf(conversation_id, conversation_id != '') AS conversations
      FROM ${views}.messages AS m ${timeZonesOf(views, 'm.number')}
      WHERE direction = 'outbound' AND NOT historical AND ${CHARGED_BY_ROW}
      GROUP BY day, number, audience, calling_code, country, model, category, type`,
  },
]
