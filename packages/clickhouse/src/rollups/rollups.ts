import { callingCodeOf, countryOf } from '../views/country.ts'
import { byRow, failureCodes, funnelOf, IS_TO_GROUP, qualityOf } from './counting.ts'
import { type Rollup } from './rollup.ts'

const CATEGORY = ['category', 'account_id', 'template_name']
const CATEGORY_GIVEN =
  'm.own_category AS category, m.account_id AS account_id, m.template_name AS template_name'

const UNIT = 'm.anchor_day AS anchor_day, m.number AS number'

/** Of messages to persons: one to a group is counted over all of its days. */
export const funnelRollup: Rollup = {
  table: 'funnel_rollup',
  columns: [
    'hour',
    ...CATEGORY,
    'messages',
    'sent',
    'replied',
    'recipients',
    'awaited',
    'delivered',
    'read',
    'played',
    'failed',
    'conflicts',
  ],
  select: ({ messages }) => `
          SELECT ${UNIT}, toStartOfHour(m.started_at) AS hour, ${CATEGORY_GIVEN},
            ${funnelOf(byRow)}
          FROM (${messages}) AS m
          WHERE direction = 'outbound' AND NOT historical AND m.audience = 'person'
          GROUP BY anchor_day, number, hour, category, account_id, template_name`,
}

/** Of messages of persons and to persons. */
export const qualityRollup: Rollup = {
  table: 'quality_rollup',
  columns: [
    'day',
    'received',
    'messages',
    'recipients',
    'delivered',
    'read',
    'failed',
    'deliverable_unknown',
    'failure_codes',
  ],
  select: ({ messages, dayOf, joins }) => `
          SELECT ${UNIT}, ${dayOf('m.started_at')} AS day, ${qualityOf(byRow)}, ${failureCodes}
          FROM (${messages}) AS m ${joins}
          WHERE direction IN ('inbound', 'outbound') AND NOT (${IS_TO_GROUP}) AND NOT historical
          GROUP BY anchor_day, number, day`,
}

// `billable` is deprecated by the provider: type and category say more, where they came.
const CHARGE = `multiIf(
            startsWith(pricing_type, 'free'), 'free',
            pricing_type = '' AND billable = false, 'free',
            pricing_type = '' AND billable IS NULL, 'unknown',
            rungs >= 2, 'charged',
            'undelivered')`

// In a group each participant's delivery is charged: its own row has no price beside theirs.
const CHARGED_BY_ROW = `(audience != 'group' OR pricing_type != '' OR billable IS NOT NULL)`

export const billingRollup: Rollup = {
  table: 'billing_rollup',
  columns: [
    'day',
    'audience',
    'calling_code',
    'country',
    'model',
    'type',
    ...CATEGORY,
    'messages',
    'charged',
    'free',
    'undelivered',
    'unknown',
    'conversations',
  ],
  select: ({ messages, dayOf, joins }) => `
          SELECT ${UNIT}, ${dayOf('m.started_at')} AS day, audience,
            ${callingCodeOf('contact_id')} AS calling_code,
            ${countryOf({ userId: 'contact_user_id', phone: 'contact_id' })} AS country,
            pricing_model AS model,
            pricing_type AS type, ${CATEGORY_GIVEN},
            count() AS messages, countIf(${CHARGE} = 'charged') AS charged,
            countIf(${CHARGE} = 'free') AS free,
            countIf(${CHARGE} = 'undelivered') AS undelivered,
            countIf(${CHARGE} = 'unknown') AS unknown,
            uniqExactState(nullIf(conversation_id, '')) AS conversations
          FROM (${messages}) AS m ${joins}
          WHERE direction = 'outbound' AND NOT historical AND ${CHARGED_BY_ROW}
          GROUP BY anchor_day, number, day, audience, calling_code, country, model, type, category,
            account_id, template_name`,
}

export const rollups: readonly Rollup[] = [funnelRollup, qualityRollup, billingRollup]
