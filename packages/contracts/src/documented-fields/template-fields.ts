import { type DocumentedPaths } from './documented-paths.ts'

const TEMPLATE = {
  message_template_id: 1_689_556_908_129_832,
  message_template_name: 'order_confirmation',
  message_template_language: 'en-US',
} as const satisfies DocumentedPaths

/** About one template or flow. */
export const templateFields = {
  /** META flows/guides/flowswebhooks. */
  flows: {
    event: 'ENDPOINT_ERROR_RATE',
    message: 'The error rate of the endpoint reached a threshold.',
    flow_id: '6627390910605886',
    old_status: 'PUBLISHED',
    new_status: 'THROTTLED',
    alert_state: 'ACTIVATED',
    threshold: 10,
    error_rate: 14.28,
    requests_count: 3_212,
    p50_latency: 1_210,
    p90_latency: 5_750,
    availability: 75,
    'errors[].error_type': 'TIMEOUT',
    'errors[].error_rate': 66.66,
    'errors[].error_count': 4_028,
  },
  /** META webhooks/reference/message_template_components_update. */
  message_template_components_update: {
    ...TEMPLATE,
    message_template_title: 'Your order is confirmed!',
    message_template_element: 'Thank you for your order, {{1}}!',
    message_template_footer: 'Lucky Shrub',
    'message_template_buttons[].message_template_button_type': 'URL',
    'message_template_buttons[].message_template_button_text': 'Email support',
    'message_template_buttons[].message_template_button_url': 'https://www.example.com/support',
    'message_template_buttons[].message_template_button_phone_number': '+15550783882',
  },
  /** META webhooks/reference/message_template_quality_update. */
  message_template_quality_update: {
    ...TEMPLATE,
    previous_quality_score: 'GREEN',
    new_quality_score: 'YELLOW',
  },
  /** META webhooks/reference/message_template_status_update. */
  message_template_status_update: {
    ...TEMPLATE,
    event: 'REJECTED',
    reason: 'INVALID_FORMAT',
    message_template_category: 'MARKETING',
    'disable_info.disable_date': 1_751_234_563,
    'other_info.title': 'FIRST_PAUSE',
    'other_info.description': 'The template was paused.',
    'rejection_info.reason': 'Parameters stand next to each other.',
    'rejection_info.recommendation': 'Separate parameters with words.',
  },
  /** META webhooks/reference/template_category_update. */
  template_category_update: {
    ...TEMPLATE,
    previous_category: 'AUTHENTICATION',
    new_category: 'UTILITY',
    correct_category: 'MARKETING',
    category_update_timestamp: 1_760_711_433,
  },
  /** META direct-send/integrity-and-content-guidelines. */
  template_correct_category_detection: {
    ...TEMPLATE,
    category: 'UTILITY',
    correct_category: 'MARKETING',
  },
} as const satisfies Readonly<Record<string, DocumentedPaths>>
