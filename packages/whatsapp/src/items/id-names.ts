// Turn.io and the older drafts of business-scoped ids spell the same thing differently, and so do
// Meta's own pages. The first that is there counts.

export const SENDER_USER_IDS = ['from_user_id', 'from_bsuid'] as const
export const SENDER_PARENT_IDS = ['from_parent_user_id'] as const
export const ECHO_USER_IDS = ['to_user_id', 'to_bsuid'] as const
export const ECHO_PARENT_IDS = ['to_parent_user_id'] as const
export const RECIPIENT_USER_IDS = ['recipient_user_id', 'recipient_bsuid'] as const
export const RECIPIENT_PARENT_IDS = [
  'recipient_parent_user_id',
  'parent_recipient_user_id',
] as const
export const PARTICIPANT_IDS = ['recipient_participant_id', 'participant_recipient_id'] as const
export const PARTICIPANT_USER_IDS = [
  'recipient_participant_user_id',
  'participant_recipient_user_id',
] as const
export const PARTICIPANT_PARENT_IDS = [
  'recipient_participant_parent_user_id',
  'participant_recipient_parent_user_id',
] as const
