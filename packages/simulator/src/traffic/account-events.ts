import { metadataOf } from './other-scenarios.ts'
import { type Scenario, type Scene, toFieldParcel } from './scenario.ts'
import { type JsonObject } from './traffic.ts'

interface AccountEvent {
  readonly field: string
  readonly value: JsonObject
}

const events: readonly ((scene: Scene) => AccountEvent)[] = [
  ({ random }) => ({
    field: 'message_template_status_update',
    value: {
      event: random.pick(['APPROVED', 'REJECTED', 'PAUSED', 'FLAGGED']),
      message_template_id: Number(random.digits(12)),
      message_template_name: `offer_${random.int(1, 40)}`,
      message_template_language: 'en_US',
      reason: random.pick(['NONE', 'INVALID_FORMAT', 'PROMOTIONAL']),
    },
  }),
  ({ random }) => ({
    field: 'message_template_quality_update',
    value: {
      previous_quality_score: 'GREEN',
      new_quality_score: random.pick(['YELLOW', 'RED', 'UNKNOWN']),
      message_template_id: Number(random.digits(12)),
      message_template_name: `offer_${random.int(1, 40)}`,
      message_template_language: 'pt_BR',
    },
  }),
  ({ random }) => ({
    field: 'template_category_update',
    value: {
      message_template_id: Number(random.digits(12)),
      message_template_name: `offer_${random.int(1, 40)}`,
      message_template_language: 'es',
      previous_category: 'UTILITY',
      new_category: 'MARKETING',
    },
  }),
  ({ random, number }) => ({
    field: 'phone_number_quality_update',
    value: {
      display_phone_number: number.displayNumber,
      event: random.pick(['FLAGGED', 'UPGRADE', 'DOWNGRADE']),
      current_limit: random.pick(['TIER_1K', 'TIER_10K', 'TIER_UNLIMITED']),
    },
  }),
  ({ random, number }) => ({
    field: 'account_update',
    value: {
      phone_number: number.displayNumber,
      event: random.pick(['VERIFIED_ACCOUNT', 'DISABLED_UPDATE', 'ACCOUNT_RESTRICTION']),
      ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE', waba_ban_date: 'soon' },
    },
  }),
  ({ random }) => ({
    field: 'account_alerts',
    value: {
      entity_type: 'BUSINESS',
      entity_id: random.digits(15),
      alert_severity: 'WARNING',
      alert_status: 'NONE',
      alert_type: 'OBA_APPROVED',
      alert_description: 'Simulated alert',
    },
  }),
  (scene) => ({
    field: 'user_preferences',
    value: {
      messaging_product: 'whatsapp',
      metadata: metadataOf(scene),
      user_preferences: [
        {
          wa_id: scene.customer.waId,
          detail: 'User requested to stop marketing messages',
          category: 'marketing_messages',
          value: 'stop',
          timestamp: Math.floor(scene.startMs / 1000),
        },
      ],
    },
  }),
  ({ random }) => ({
    field: 'some_future_field',
    value: { note: 'a field that nobody knows yet', id: random.digits(9) },
  }),
]

/** A notification about templates, quality, the account, or something new. */
export const accountScenario: Scenario = function accountScenario(scene) {
  return [toFieldParcel(scene, scene.startMs, scene.random.pick(events)(scene))]
}
