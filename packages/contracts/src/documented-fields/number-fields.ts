import { type DocumentedPaths } from './documented-paths.ts'

const USERNAME = {
  display_phone_number: '15550783881',
  username: 'luckyshrub',
  status: 'reserved',
} as const satisfies DocumentedPaths

/** About one number of the business. */
export const numberFields = {
  /** META business-scoped-user-ids, in its example; its heading has the plural. */
  business_username_update: USERNAME,
  /** META business-scoped-user-ids. */
  business_username_updates: USERNAME,
  /** META webhooks/reference/phone_number_name_update. */
  phone_number_name_update: {
    display_phone_number: '15550783881',
    decision: 'DEFERRED',
    requested_verified_name: 'Lucky Shrub',
    rejection_reason: 'NAME_NOT_CONSISTENT',
  },
  /** META webhooks/reference/phone_number_quality_update. */
  phone_number_quality_update: {
    display_phone_number: '15550783881',
    event: 'THROUGHPUT_UPGRADE',
    old_limit: 'TIER_250',
    current_limit: 'TIER_2K',
    max_daily_conversations_per_business: 'TIER_10K',
  },
  /** META webhooks/reference/security. */
  security: {
    display_phone_number: '15550783881',
    event: 'PIN_RESET_REQUEST',
    requester: '61555822107539',
  },
} as const satisfies Readonly<Record<string, DocumentedPaths>>
