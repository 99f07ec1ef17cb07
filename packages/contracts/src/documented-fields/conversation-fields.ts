import { type DocumentedPaths, errorPaths, OF_CONTACTS, OF_NUMBER } from './documented-paths.ts'

const AUTOMATIC_EVENT = {
  'automatic_events[].id': 'wamid.HBgLMTIwNjY3NzQ3OTgVAgASGBQzQUY3MDVCQzFBODE5ODU4MUZEOQA=',
  'automatic_events[].event_name': 'Purchase',
  'automatic_events[].timestamp': 1_749_069_131,
  'automatic_events[].ctwa_clid': 'Afc3nYt4TTydumlFFsatFz8bR2yHCtVA92Veu',
  'automatic_events[].custom_data.currency': 'USD',
  'automatic_events[].custom_data.value': 25_000,
} as const satisfies DocumentedPaths

function handoverPaths(name: 'control_passed' | 'control_taken'): DocumentedPaths {
  return {
    [`${name}.previous_owner_app_id`]: `8745039271641${name.length}`,
    [`${name}.previous_owner_role`]: 'ai_agent',
    [`${name}.new_owner_app_id`]: `8745039271652${name.length}`,
    [`${name}.new_owner_role`]: 'escalation',
    [`${name}.metadata`]: `Reason of ${name}`,
  }
}

/** About persons, their calls and conversations. */
export const conversationFields = {
  /** META embedded-signup/automatic-events-api. */
  automatic_events: { ...OF_NUMBER, ...AUTOMATIC_EVENT },
  /** META calling/reference, calling/call-recording, calling/call-transcription, and BSUIDs. */
  calls: {
    ...OF_NUMBER,
    ...OF_CONTACTS,
    'calls[].id': 'wacid.ABGGFjFVU2AfAgo6V-Hc5eCgK5Gh',
    'calls[].event': 'terminate',
    'calls[].timestamp': '1671644825',
    'calls[].direction': 'USER_INITIATED',
    'calls[].from': '16505551235',
    'calls[].from_user_id': 'US.13491208655302741919',
    'calls[].from_parent_user_id': 'US.ENT.11815799212886844831',
    'calls[].to': '15550783882',
    'calls[].to_user_id': 'US.13491208655302741920',
    'calls[].to_parent_user_id': 'US.ENT.11815799212886844832',
    'calls[].session.sdp_type': 'offer',
    'calls[].session.sdp': 'v=0',
    'calls[].biz_opaque_callback_data': 'order-17',
    'calls[].deeplink_payload': 'from-the-website',
    'calls[].cta_payload': 'from-the-button',
    'calls[].status': 'COMPLETED',
    'calls[].start_time': '1671644826',
    'calls[].end_time': '1671644944',
    'calls[].duration': 118,
    'calls[].call_recording.type': 'audio',
    'calls[].call_recording.audio.id': '1003383421387256',
    'calls[].call_recording.audio.mime_type': 'audio/ogg',
    'calls[].call_transcript.document.id': '1003383421387257',
    'calls[].call_transcript.document.mime_type': 'application/json',
    'statuses[].id': 'wacid.ABGGFjFVU2AfAgo6V-Hc5eCgK5Gi',
    'statuses[].type': 'call',
    'statuses[].status': 'RINGING',
    'statuses[].timestamp': '1671644827',
    'statuses[].recipient_id': '16505551236',
    'statuses[].recipient_user_id': 'US.13491208655302741921',
    'statuses[].recipient_parent_user_id': 'US.ENT.11815799212886844833',
    'statuses[].biz_opaque_callback_data': 'order-18',
    ...errorPaths(''),
  },
  /** META webhooks/reference/messaging-handovers. */
  messaging_handovers: {
    messaging_product: 'whatsapp',
    'sender.phone_number': '16505551234',
    'recipient.phone_number_id': '106540352242922',
    'recipient.display_phone_number': '15550783881',
    type: 'control_passed',
    timestamp: '1750101000',
    ...handoverPaths('control_passed'),
    'control_passed.previous_owner_app_role': 'meta_business_agent',
    'control_passed.conversation_context.type': 'summary',
    'control_passed.conversation_context.summary.text': 'Asks for a refund.',
    ...handoverPaths('control_taken'),
  },
  /** META webhooks/reference/smb_app_state_sync, and BSUIDs. */
  smb_app_state_sync: {
    ...OF_NUMBER,
    'state_sync[].type': 'contact',
    'state_sync[].action': 'add',
    'state_sync[].metadata.timestamp': '1739321024',
    'state_sync[].contact.full_name': 'Pablo Morales',
    'state_sync[].contact.first_name': 'Pablo',
    'state_sync[].contact.phone_number': '16505551234',
    'state_sync[].contact.user_id': 'US.13491208655302741918',
    'state_sync[].contact.parent_user_id': 'US.ENT.11815799212886844830',
    'state_sync[].contact.username': '@pablo.morales',
  },
  /** META business-scoped-user-ids, until 2026-08; since then a message of type `system`. */
  user_id_update: {
    ...OF_NUMBER,
    ...OF_CONTACTS,
    'user_id_update[].wa_id': '16505551234',
    'user_id_update[].detail': 'The user id was updated.',
    'user_id_update[].user_id.previous': 'US.13491208655302741918',
    'user_id_update[].user_id.current': 'US.98765432100000000001',
    'user_id_update[].parent_user_id.previous': 'US.ENT.11815799212886844830',
    'user_id_update[].parent_user_id.current': 'US.ENT.99999999999999999999',
    'user_id_update[].timestamp': '1454119029',
  },
  /** META webhooks/reference/user_preferences, and BSUIDs. */
  user_preferences: {
    ...OF_NUMBER,
    ...OF_CONTACTS,
    'user_preferences[].wa_id': '16505551234',
    'user_preferences[].user_id': 'US.13491208655302741918',
    'user_preferences[].parent_user_id': 'US.ENT.11815799212886844830',
    'user_preferences[].detail': 'User requested to stop marketing messages',
    'user_preferences[].category': 'marketing_messages',
    'user_preferences[].value': 'stop',
    'user_preferences[].timestamp': 1_731_705_721,
  },
} as const satisfies Readonly<Record<string, DocumentedPaths>>
