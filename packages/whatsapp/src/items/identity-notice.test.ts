import { describe, expect, it } from '@jest/globals'
import { change, cloud, envelopeOf, message, testContext, toBytes, valueOf } from '../fixtures.ts'
import { translateWebhook } from '../translate-webhook.ts'

type Json = Readonly<Record<string, unknown>>

const [OLD, NEW] = ['16505551234', '12195555358']
const [OLD_USER, NEW_USER] = ['US.1', 'US.2']

const noticeOf = (system: Json, ids: Json) => {
  const item = message({ type: 'system', text: undefined, from: undefined, ...ids, system })
  return translateWebhook(toBytes(cloud({ messages: [item] })), testContext).events
}

const nobodyNew = { newFromId: null, newFromUserId: null }

describe('a notice of the system names who the person was and is', () => {
  it.each<[string, Json, Json, Json]>([
    [
      'a changed number',
      { type: 'user_changed_number', wa_id: NEW },
      { from: OLD },
      { fromId: OLD, newFromId: NEW, newFromUserId: null },
    ],
    [
      'a changed number, which changes the user id too',
      {
        type: 'user_changed_number',
        wa_id: NEW,
        user_id: NEW_USER,
        previous_user_id: OLD_USER,
        previous_parent_user_id: 'US.ENT.1',
        parent_user_id: 'US.ENT.2',
      },
      { from: OLD },
      {
        fromId: OLD,
        fromUserId: OLD_USER,
        fromParentUserId: 'US.ENT.1',
        newFromId: NEW,
        newFromUserId: NEW_USER,
      },
    ],
    [
      'a changed number on-premises',
      { type: 'customer_changed_number', customer: OLD, wa_id: NEW },
      { from: OLD },
      { fromId: OLD, newFromId: NEW },
    ],
    [
      'a changed number in a version before 12',
      { type: 'customer_changed_number', new_wa_id: NEW },
      { from: OLD },
      { fromId: OLD, newFromId: NEW },
    ],
    [
      'a changed number that the new one reports',
      { type: 'customer_changed_number', customer: OLD, wa_id: NEW },
      { from: NEW },
      { fromId: OLD, newFromId: NEW },
    ],
    [
      'a changed user id, with the former one as the sender',
      { type: 'user_changed_user_id', user_id: NEW_USER, previous_user_id: OLD_USER },
      { from_user_id: OLD_USER },
      { fromUserId: OLD_USER, newFromUserId: NEW_USER, newFromId: null },
    ],
    [
      'a changed user id, with the new one as the sender',
      { type: 'user_changed_user_id', user_id: NEW_USER, previous_user_id: OLD_USER },
      { from_user_id: NEW_USER },
      { fromUserId: OLD_USER, newFromUserId: NEW_USER },
    ],
    [
      'a changed user id without any sender',
      { type: 'user_changed_user_id', user_id: NEW_USER, previous_user_id: OLD_USER },
      {},
      { fromId: null, fromUserId: OLD_USER, newFromUserId: NEW_USER },
    ],
    [
      'a changed user id without the former one',
      { type: 'user_changed_user_id', user_id: NEW_USER },
      { from: OLD },
      { fromId: OLD, fromUserId: null, newFromUserId: NEW_USER },
    ],
    [
      'a changed user id beside the number, which stays',
      { type: 'user_changed_user_id', wa_id: OLD, user_id: NEW_USER, previous_user_id: OLD_USER },
      { from: `+${OLD}` },
      { fromId: OLD, fromUserId: OLD_USER, newFromId: null, newFromUserId: NEW_USER },
    ],
    [
      'changed keys, which change no id',
      { type: 'customer_identity_changed', identity: 'hash', wa_id: NEW, customer: OLD },
      { from: OLD },
      { fromId: OLD, ...nobodyNew },
    ],
    ['a notice about nobody', { body: 'Ada joined' }, { from: OLD }, { fromId: OLD, ...nobodyNew }],
  ])('%s', (_name, system, ids, expected) => {
    expect(noticeOf(system, ids)).toMatchObject([
      {
        type: 'MessageReceived',
        data: { messageType: 'system', ...expected, content: JSON.stringify(system) },
      },
    ])
  })

  it('and no other message does, whatever it holds', () => {
    const item = message({ system: { type: 'user_changed_number', wa_id: NEW } })
    const { events } = translateWebhook(toBytes(cloud({ messages: [item] })), testContext)
    expect(events).toMatchObject([{ data: { messageType: 'text', ...nobodyNew } }])
  })
})

it('an update of user ids is kept whole, with every digit', () => {
  const update = {
    wa_id: OLD,
    user_id: { previous: OLD_USER, current: NEW_USER },
    parent_user_id: { previous: 'US.ENT.1', current: 'US.ENT.2' },
    timestamp: '1454119029',
  }
  const value = valueOf({ user_id_update: [update] })
  const body = envelopeOf(change('user_id_update', value))
  expect(translateWebhook(toBytes(body), testContext).events).toMatchObject([
    {
      type: 'AccountEventReceived',
      data: { field: 'user_id_update', payload: JSON.stringify(value) },
    },
  ])
})
