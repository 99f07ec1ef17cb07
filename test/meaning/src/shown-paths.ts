/** Views and columns with a value of an account event, as `view.column`, by field and path. */
export const shownPaths: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  account_alerts: {
    entity_id: 'account_health.subject',
    'alert_info.alert_severity': 'account_health.value',
    'alert_info.alert_status': 'account_health.value',
    'alert_info.alert_type': 'account_health.value',
    'alert_info.alert_description': 'account_health.reason',
  },
  account_review_update: { decision: 'account_health.value' },
  account_settings_update: {
    timestamp: 'account_events.event_at',
    'phone_number_settings.phone_number_id': 'account_events.number',
  },
  account_update: {
    event: 'account_health.value',
    phone_number: 'message_events.display_number',
    'violation_info.violation_type': 'account_health.reason',
    'restriction_info[].restriction_type': 'account_health.value',
    'restriction_info[].expiration': 'account_health.effective_at',
    'restriction_info[].remediation': 'account_health.reason',
    'ban_info.waba_ban_state': 'account_health.value',
    'ban_info.waba_ban_date': 'account_health.effective_at',
    'disconnection_info.reason': 'account_health.reason',
  },
  automatic_events: {
    'metadata.phone_number_id': 'account_events.number',
    'metadata.display_phone_number': 'message_events.display_number',
  },
  business_capability_update: {
    max_daily_conversation_per_phone: 'quality_events.messaging_limit',
    max_daily_conversations_per_business: 'account_health.value',
    max_phone_numbers_per_business: 'account_health.value',
    max_phone_numbers_per_waba: 'account_health.value',
  },
  business_username_update: ofUsername(),
  business_username_updates: ofUsername(),
  calls: {
    'metadata.phone_number_id': 'calls.number',
    'calls[].id': 'calls.call_id',
    'calls[].timestamp': 'calls.called_at',
    'calls[].from': 'calls.contact_id',
    'calls[].from_user_id': 'calls.contact_user_id',
    'calls[].to': 'calls.contact_id',
    'calls[].to_user_id': 'calls.contact_user_id',
    'calls[].status': 'calls.provider_status',
    'calls[].start_time': 'calls.started_at',
    'calls[].end_time': 'calls.ended_at',
    'calls[].duration': 'calls.duration_seconds',
    'statuses[].id': 'calls.call_id',
    'statuses[].recipient_id': 'calls.contact_id',
    'statuses[].recipient_user_id': 'calls.contact_user_id',
  },
  flows: {
    event: 'account_health.value',
    message: 'account_health.reason',
    flow_id: 'account_health.subject',
    old_status: 'account_health.previous',
    new_status: 'account_health.value',
    alert_state: 'account_health.value',
  },
  message_template_quality_update: {
    ...ofTemplate(),
    previous_quality_score: 'quality_events.previous',
    new_quality_score: 'template_quality.quality',
  },
  message_template_status_update: {
    ...ofTemplate(),
    event: 'template_quality.status',
    reason: 'template_quality.status_reason',
    message_template_category: 'template_quality.category',
    'disable_info.disable_date': 'account_health.effective_at',
    'other_info.description': 'account_health.reason',
    'rejection_info.reason': 'account_health.reason',
  },
  messaging_handovers: {
    timestamp: 'account_events.event_at',
    'recipient.phone_number_id': 'account_events.number',
    'recipient.display_phone_number': 'message_events.display_number',
  },
  phone_number_name_update: {
    display_phone_number: 'account_health.subject',
    decision: 'account_health.value',
    requested_verified_name: 'account_health.value',
    rejection_reason: 'account_health.reason',
  },
  phone_number_quality_update: {
    display_phone_number: 'quality_events.display_number',
    event: 'quality_events.current',
    old_limit: 'quality_events.previous',
    current_limit: 'quality_events.messaging_limit',
    max_daily_conversations_per_business: 'quality_events.messaging_limit',
  },
  security: { display_phone_number: 'account_health.subject', event: 'account_health.value' },
  template_category_update: {
    ...ofTemplate(),
    previous_category: 'quality_events.previous',
    new_category: 'template_quality.category',
    correct_category: 'template_quality.coming_category',
    category_update_timestamp: 'template_quality.category_changes_at',
  },
  template_correct_category_detection: {
    ...ofTemplate(),
    category: 'quality_events.current',
    correct_category: 'account_health.value',
  },
  user_id_update: {
    'metadata.phone_number_id': 'contact_aliases.number',
    'user_id_update[].wa_id': 'contact_aliases.left_id',
    'user_id_update[].user_id.previous': 'contact_aliases.left_id',
    'user_id_update[].user_id.current': 'contact_aliases.right_id',
    'user_id_update[].parent_user_id.previous': 'contact_aliases.left_id',
    'user_id_update[].parent_user_id.current': 'contact_aliases.right_id',
  },
  user_preferences: {
    'metadata.phone_number_id': 'opt_outs.number',
    'user_preferences[].wa_id': 'opt_outs.contact_id',
    'user_preferences[].user_id': 'opt_outs.contact_user_id',
    'user_preferences[].category': 'opt_outs.category',
    'user_preferences[].timestamp': 'opt_outs.since',
  },
}

function ofUsername() {
  return {
    display_phone_number: 'account_health.subject',
    username: 'account_health.value',
    status: 'account_health.value',
  }
}

function ofTemplate() {
  return {
    message_template_id: 'quality_events.template_id',
    message_template_name: 'quality_events.template',
    message_template_language: 'quality_events.language',
  }
}
