import { describe, expect, it } from '@jest/globals'
import { documentedFields, pathsOf, toExample } from './documented-fields.ts'

describe.each(Object.entries(documentedFields))('of %s', (_field, paths) => {
  it('the example has the documented paths, all of them and no other', () => {
    expect([...pathsOf(toExample(paths))].toSorted()).toEqual(Object.keys(paths).toSorted())
  })

  it('each path is members and lists', () => {
    for (const path of Object.keys(paths))
      expect(path).toMatch(/^[a-z0-9_]+(\[\])?(\.[a-z0-9_]+(\[\])?)*$/)
  })
})

it('an example nests members and lists', () => {
  expect(toExample({ 'a.b': 1, 'c[].d': 'x', 'c[].e[]': true, f: 'y' })).toEqual({
    a: { b: 1 },
    c: [{ d: 'x', e: [true] }],
    f: 'y',
  })
})

it('the paths of a value are those of its leaves, each once', () => {
  expect(pathsOf({ a: [{ b: 1 }, { b: 2, c: null }], d: { e: 'x' }, f: [] })).toEqual([
    'a[].b',
    'd.e',
  ])
})

it('every field that the overview of webhooks names is here, or holds messages', () => {
  const fields = [
    'account_alerts',
    'account_review_update',
    'account_settings_update',
    'account_update',
    'automatic_events',
    'business_capability_update',
    'business_username_update',
    'business_username_updates',
    'calls',
    'flows',
    'group_lifecycle_update',
    'group_participants_update',
    'group_settings_update',
    'group_status_update',
    'message_template_components_update',
    'message_template_quality_update',
    'message_template_status_update',
    'messaging_handovers',
    'partner_solutions',
    'payment_configuration_update',
    'phone_number_name_update',
    'phone_number_quality_update',
    'security',
    'smb_app_state_sync',
    'template_category_update',
    'template_correct_category_detection',
    'user_id_update',
    'user_preferences',
  ]
  expect(Object.keys(documentedFields).toSorted()).toEqual(fields)
})
