import { type Json, type Scenario, type Scene, SECOND, tell } from './story.ts'

/** What the provider says of accounts, numbers and templates. */
export const decided: Scenario = (scene) => {
  const time = scene.startMs / SECOND
  const [field, value] = scene.random.pick([...ofAccount(scene), ...ofTemplate(scene)])
  const told = { field, value, ...(scene.random.chance(0.7) ? { time } : {}) }
  return [tell(scene, scene.startMs, told)]
}

type Decision = readonly [field: string, value: Json]

function ofAccount({ place, random, startMs }: Scene): readonly Decision[] {
  const time = startMs / SECOND
  const display = random.chance(0.5) ? place.display : place.display.replaceAll(/\D/g, '')
  return [
    [
      'phone_number_quality_update',
      {
        display_phone_number: display,
        event: random.pick(['FLAGGED', 'UNFLAGGED', 'THROUGHPUT_UPGRADE']),
        current_limit: random.pick(['TIER_1K', 'TIER_10K']),
        old_limit: 'TIER_250',
      },
    ],
    [
      'business_capability_update',
      { max_daily_conversations_per_business: random.pick([2000, 'TIER_10K', -1]) },
    ],
    [
      'phone_number_name_update',
      {
        display_phone_number: display,
        decision: random.pick(['APPROVED', 'REJECTED']),
        requested_verified_name: 'ACME',
        rejection_reason: 'NAME',
      },
    ],
    [
      'account_update',
      random.pick<Json>([
        { event: 'VERIFIED_ACCOUNT' },
        { event: 'AUTH_INTL_PRICE_ELIGIBILITY_UPDATE' },
        { event: 'MM_LITE_TERMS_SIGNED' },
        {
          event: 'DISABLED_UPDATE',
          ban_info: { waba_ban_state: 'DISABLE', waba_ban_date: 'June 17, 2026' },
        },
        {
          event: 'ACCOUNT_RESTRICTION',
          restriction_info: [
            { restriction_type: 'RESTRICTED_ADD_PHONE_NUMBER', expiration: time + 3600 },
          ],
        },
      ]),
    ],
    ['account_review_update', { decision: random.pick(['APPROVED', 'REJECTED']) }],
    [
      'account_alerts',
      {
        ...random.pick<Json>([
          { entity_type: 'BUSINESS', entity_id: random.pick(['290011', '290012']) },
          { entity_type: 'WABA', entity_id: '770000000000001' },
          { entity_type: 'PHONE_NUMBER', entity_id: place.number },
        ]),
        alert_info: { alert_type: 'OBA', alert_severity: 'INFO', alert_description: 'No' },
      },
    ],
  ]
}

function ofTemplate({ random, startMs }: Scene): readonly Decision[] {
  const time = startMs / SECOND
  const template = {
    // Beyond what a double holds, and what 64 bits do.
    message_template_id: random.pick<unknown>([
      '120000000000000497',
      JSON.rawJSON('120000000000000499'),
      JSON.rawJSON('99999999999999999999'),
    ]),
    message_template_name: random.pick(['order_ready', 'order_late']),
    message_template_language: 'en_US',
  }
  return [
    [
      'message_template_status_update',
      {
        ...template,
        event: random.pick(['APPROVED', 'PAUSED', 'REJECTED', 'DISABLED']),
        reason: random.pick(['NONE', 'INCORRECT_CATEGORY']),
        ...(random.chance(0.5) ? { message_template_category: 'MARKETING' } : {}),
      },
    ],
    [
      'message_template_quality_update',
      {
        ...template,
        previous_quality_score: 'GREEN',
        new_quality_score: random.pick(['RED', 'YELLOW']),
      },
    ],
    [
      'template_correct_category_detection',
      { ...template, category: 'UTILITY', correct_category: 'MARKETING' },
    ],
    [
      'template_category_update',
      random.chance(0.5)
        ? { ...template, previous_category: 'UTILITY', new_category: 'MARKETING' }
        : {
            ...template,
            new_category: 'UTILITY',
            correct_category: 'MARKETING',
            category_update_timestamp: time + 86_400,
          },
    ],
  ]
}
