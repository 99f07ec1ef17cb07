import { type DocumentedPaths } from './documented-paths.ts'

/** About an account, its portfolio or its partners. */
export const accountFields = {
  /** META webhooks/reference/account_alerts. */
  account_alerts: {
    entity_type: 'BUSINESS',
    entity_id: '506914307656634',
    'alert_info.alert_severity': 'WARNING',
    'alert_info.alert_status': 'ACTIVE',
    'alert_info.alert_type': 'INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED',
    'alert_info.alert_description': 'Limits cannot be increased for your business.',
  },
  /** META webhooks/reference/account_review_update. */
  account_review_update: { decision: 'REJECTED' },
  /** META calling/call-settings, section on webhooks. */
  account_settings_update: {
    messaging_product: 'whatsapp',
    timestamp: '1671644824',
    type: 'PHONE_NUMBER_SETTINGS',
    'phone_number_settings.phone_number_id': '106540352242922',
    'phone_number_settings.calling.status': 'ENABLED',
    'phone_number_settings.calling.call_icon_visibility': 'DEFAULT',
    'phone_number_settings.calling.callback_permission_status': 'DISABLED',
    'phone_number_settings.calling.call_hours.status': 'ENABLED_BY_HOURS',
    'phone_number_settings.calling.call_hours.timezone_id': 'America/Sao_Paulo',
    'phone_number_settings.calling.call_hours.weekly_operating_hours[].day_of_week': 'MONDAY',
    'phone_number_settings.calling.call_hours.weekly_operating_hours[].open_time': '0400',
    'phone_number_settings.calling.call_hours.weekly_operating_hours[].close_time': '1020',
    'phone_number_settings.calling.call_hours.holiday_schedule[].date': '2026-01-01',
    'phone_number_settings.calling.call_hours.holiday_schedule[].start_time': '0000',
    'phone_number_settings.calling.call_hours.holiday_schedule[].end_time': '2359',
    'phone_number_settings.calling.sip.status': 'SIP_ENABLED',
    'phone_number_settings.calling.sip.servers[].hostname': 'sip.example.com',
    'phone_number_settings.calling.sip.servers[].port': 5061,
  },
  /**
   * META webhooks/reference/account_update; `phone_number` and `disconnection_info`: META
   * embedded-signup/onboarding-business-app-users; `remediation`: META calling/call-settings;
   * `ad_account_id`: META marketing-messages/onboarding;
   * `partner_client_certification_needed_info`: META embedded-signup/website-optional.
   */
  account_update: {
    event: 'ACCOUNT_RESTRICTION',
    phone_number: '15550783881',
    country: 'IN',
    'waba_info.waba_id': '980198427658004',
    'waba_info.owner_business_id': '2329417887457253',
    'waba_info.ad_account_linked': '874503927164',
    'waba_info.ad_account_id': '874503927165',
    'waba_info.partner_app_id': '5731794616896507',
    'waba_info.solution_id': '1715120619246906',
    'waba_info.solution_partner_business_ids[]': '2949482758682047',
    'violation_info.violation_type': 'ADULT',
    'violation_info.remediation': 'Pick up more calls.',
    'restriction_info[].restriction_type': 'RESTRICTED_BIZ_INITIATED_MESSAGING',
    'restriction_info[].expiration': 1_751_350_000,
    'restriction_info[].remediation': 'Ask for a review.',
    'ban_info.waba_ban_state': 'SCHEDULE_FOR_DISABLE',
    'ban_info.waba_ban_date': 'April 17, 2025',
    'auth_international_rate_eligibility.start_time': 1_748_780_624,
    'auth_international_rate_eligibility.exception_countries[].country_code': 'ID',
    'auth_international_rate_eligibility.exception_countries[].start_time': 1_751_347_424,
    'volume_tier_info.tier_update_time': 1_743_451_903,
    'volume_tier_info.pricing_category': 'UTILITY',
    'volume_tier_info.tier': '25000001:50000000',
    'volume_tier_info.effective_month': '2025-11',
    'volume_tier_info.region': 'India',
    'disconnection_info.reason': 'PRIMARY_INACTIVITY',
    'disconnection_info.initiated_by': 'SYSTEM',
    'partner_client_certification_info.client_business_id': '2729063490586005',
    'partner_client_certification_info.status': 'REVOKED',
    'partner_client_certification_info.rejection_reasons[]': 'LEGAL NAME NOT MATCHING',
    'partner_client_certification_needed_info.client_business_id': '2729063490586006',
  },
  /** META webhooks/reference/business_capability_update. */
  business_capability_update: {
    max_daily_conversation_per_phone: 2_000,
    max_daily_conversations_per_business: 'TIER_10K',
    max_phone_numbers_per_business: 2,
    max_phone_numbers_per_waba: 25,
  },
  /** META webhooks/reference/partner_solutions. */
  partner_solutions: {
    event: 'SOLUTION_CREATED',
    solution_id: '774485461512159',
    solution_status: 'INITIATED',
  },
  /** META webhooks/reference/payment_configuration_update. */
  payment_configuration_update: {
    configuration_name: 'razorpay-prod',
    provider_name: 'razorpay',
    provider_mid: 'acc_GP4lfNA0iIMn5B',
    status: 'Needs Testing',
    created_timestamp: 1_748_827_100,
    updated_timestamp: 1_749_320_300,
  },
} as const satisfies Readonly<Record<string, DocumentedPaths>>
