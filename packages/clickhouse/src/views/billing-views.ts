import { type ViewDefinition } from './view-definition.ts'

// Calling codes are prefix-free (ITU-T E.164): 1 and 7 are single digits, these have two digits,
// and all others three.
const TWO_DIGITS = [
  20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56,
  57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
]
  .map((code) => `'${code}'`)
  .join(', ')

const CALLING_CODE = `multiIf(
          NOT match(contact_id, '^[1-9][0-9]{5,14}$'), '',
          substring(contact_id, 1, 1) IN ('1', '7'), substring(contact_id, 1, 1),
          substring(contact_id, 1, 2) IN (${TWO_DIGITS}), substring(contact_id, 1, 2),
          substring(contact_id, 1, 3))`

// `billable` is deprecated by the provider: type and category say more if they came.
const CHARGE = `multiIf(
          startsWith(pricing_type, 'free'), 'free',
          pricing_type = '' AND billable = false, 'free',
          pricing_type = '' AND billable IS NULL, 'unknown',
          rungs >= 2, 'charged',
          'undelivered')`

export const billingViews: readonly ViewDefinition[] = [
  {
    name: 'billing',
    select: ({ views }) => `
      SELECT
        toDate(started_at) AS day, number, audience,
        ${CALLING_CODE} AS calling_code,
        if(match(contact_user_id, '^[A-Z]{2}[.]'), substring(contact_user_id, 1, 2), '')
          AS country,
        pricing_model AS model, pricing_category AS category, pricing_type AS type,
        count() AS messages,
        countIf(${CHARGE} = 'charged') AS charged,
        countIf(${CHARGE} = 'free') AS free,
        countIf(${CHARGE} = 'undelivered') AS undelivered,
        countIf(${CHARGE} = 'unknown') AS unknown,
        uniqExactIf(conversation_id, conversation_id != '') AS conversations
      FROM ${views}.messages
      WHERE direction = 'outbound' AND NOT historical
      GROUP BY day, number, audience, calling_code, country, model, category, type`,
  },
]
