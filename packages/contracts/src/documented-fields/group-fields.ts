import { type DocumentedPaths, errorPaths, OF_NUMBER } from './documented-paths.ts'

const GROUP = {
  ...OF_NUMBER,
  'groups[].timestamp': '1739321024',
  'groups[].group_id': 'Y2FwaV9ncm91cDoxNTU1MDc4Mzg4MQ==',
  'groups[].request_id': 'ARmF1Yj0xNTU1MDc4Mzg4MQ==',
  ...errorPaths('groups[].'),
} as const satisfies DocumentedPaths

function participantPaths(list: string): DocumentedPaths {
  return {
    [`${list}[].input`]: `+1650555${list.length}`,
    [`${list}[].wa_id`]: `1650555${list.length}`,
    [`${list}[].user_id`]: `US.13491208655302741${list.length}`,
    [`${list}[].parent_user_id`]: `US.ENT.1181579921288684${list.length}`,
    [`${list}[].username`]: `@pablo.${list.length}`,
  }
}

function settingPaths(name: string): DocumentedPaths {
  return { [`groups[].${name}.update_successful`]: true, ...errorPaths(`groups[].${name}.`) }
}

/** About groups: META groups/webhooks, and BSUIDs. */
export const groupFields = {
  group_lifecycle_update: {
    ...GROUP,
    'groups[].type': 'group_create',
    'groups[].subject': 'Book club',
    'groups[].description': 'We read.',
    'groups[].invite_link': 'https://chat.whatsapp.com/LINK',
    'groups[].join_approval_mode': 'approval_required',
  },
  group_participants_update: {
    ...GROUP,
    'groups[].type': 'group_participants_remove',
    'groups[].reason': 'invite_link',
    'groups[].initiated_by': 'participant',
    'groups[].join_request_id': 'MTY1MDU1NTEyMzQ6MTc0OTI4Mw==',
    'groups[].wa_id': '16505551234',
    'groups[].user_id': 'US.13491208655302741918',
    'groups[].parent_user_id': 'US.ENT.11815799212886844830',
    'groups[].username': '@pablo.morales',
    ...participantPaths('groups[].added_participants'),
    ...participantPaths('groups[].removed_participants'),
    ...participantPaths('groups[].failed_participants'),
    ...errorPaths('groups[].failed_participants[].'),
  },
  group_settings_update: {
    ...GROUP,
    'groups[].type': 'group_settings_update',
    'groups[].profile_picture.mime_type': 'image/jpeg',
    'groups[].profile_picture.sha256': 'mUYZTB8Z',
    ...settingPaths('profile_picture'),
    'groups[].group_subject.text': 'Book club 2',
    ...settingPaths('group_subject'),
    'groups[].group_description.text': 'We read more.',
    ...settingPaths('group_description'),
  },
  group_status_update: { ...GROUP, 'groups[].type': 'group_suspend' },
} as const satisfies Readonly<Record<string, DocumentedPaths>>
