import { describe, expect, it } from '@jest/globals'
import {
  ACCOUNT,
  change,
  CUSTOMER,
  envelopeOf,
  message,
  NUMBER,
  status,
  testContext,
  toBytes,
  valueOf,
} from '../fixtures.ts'
import { translateWebhook } from '../translate-webhook.ts'

type Json = Readonly<Record<string, unknown>>

const OWN = '49301234567'

const translate = (body: unknown) => translateWebhook(toBytes(body), testContext)
const eventsOf = (field: string, value: unknown) =>
  translate(envelopeOf(change(field, value))).events

describe('the envelope of 360dialog’s partners', () => {
  const partner = (event: string, data: unknown) => translate({ id: 'EV1', event, data })

  it('holds a history like Meta’s', () => {
    const threads = [
      { id: CUSTOMER, messages: [message({ from: OWN }), message({ id: 'wamid.M2' })] },
    ]
    const data = valueOf({ id: ACCOUNT, history: [{ metadata: { phase: 0 }, threads }] })
    const { verdict, events, otherFields } = partner('history', data)
    expect([verdict, otherFields]).toEqual(['decoded', ['history']])
    expect(events).toMatchObject([
      { type: 'MessageEchoed', data: { recipientId: CUSTOMER, historical: true } },
      { type: 'MessageReceived', data: { fromId: CUSTOMER, historical: true } },
    ])
    for (const { data: event } of events) {
      expect(event.envelope).toMatchObject({
        number: NUMBER,
        accountId: ACCOUNT,
        displayNumber: OWN,
      })
    }
  })

  it('holds a declined history, echoes and the state of the phone app', () => {
    const errors = [{ code: 2593109, title: 'Declined' }]
    expect(
      partner('history', valueOf({ id: ACCOUNT, history: [{ errors }] })).events,
    ).toMatchObject([{ type: 'ErrorReported', data: { error: { code: 2593109 } } }])
    const echo = message({ from: OWN, to: CUSTOMER })
    const echoes = valueOf({ id: ACCOUNT, message_echoes: [echo] })
    expect(partner('smb_message_echoes', echoes).events).toMatchObject([{ type: 'MessageEchoed' }])
    const contacts = valueOf({ id: ACCOUNT, state_sync: [{ type: 'contact', action: 'add' }] })
    expect(partner('smb_app_state_sync', contacts).events).toMatchObject([
      {
        type: 'AccountEventReceived',
        data: {
          field: 'smb_app_state_sync',
          accountId: ACCOUNT,
          payload: JSON.stringify(contacts),
          envelope: { number: NUMBER },
        },
      },
    ])
  })

  it.each<[string, string, unknown, Json]>([
    [
      'a channel, whose id is no account’s',
      'channel_created',
      {
        id: 'Xy1CH',
        client_id: 'cl',
        setup_info: { phone_number: '+49 30 1234567' },
        waba_account: { id: 'w', external_id: ACCOUNT },
      },
      { accountId: ACCOUNT, envelope: { displayNumber: OWN, number: '' } },
    ],
    [
      'a number',
      'phone_number_quality_changed',
      { id: 'Xy1CH', phone_number: OWN, current_quality_rating: 'Low' },
      { accountId: null, envelope: { displayNumber: OWN } },
    ],
    ['a client', 'client_created', { id: 'cl', name: 'Ltd' }, { accountId: null }],
    [
      'a person, whose number is not the business’s',
      'something_new',
      { phone_number: CUSTOMER, recipient: { phone_number: CUSTOMER } },
      { envelope: { displayNumber: null } },
    ],
    ['a list', 'something_new', [1, 'two'], { payload: '[1,"two"]' }],
    ['nothing much', 'something_new', null, { payload: 'null' }],
  ])('about %s is an event of the account, named by its event', (_name, event, data, expected) => {
    expect(partner(event, data)).toMatchObject({
      verdict: 'decoded',
      otherFields: [event],
      events: [
        {
          type: 'AccountEventReceived',
          data: { field: event, payload: JSON.stringify(data), ...expected },
        },
      ],
    })
  })

  it('is none without an event, without data, or with entries', () => {
    for (const body of [{ data: {} }, { event: 'history' }, { event: 5, data: {} }]) {
      expect(translate(body).verdict).toBe('undecodable')
    }
    expect(translate({ ...envelopeOf(), event: 'history', data: {} }).verdict).toBe('empty')
  })
})

describe('standby, while another sender handles a conversation,', () => {
  const echo = message({ id: 'wamid.E1', from: OWN, to: CUSTOMER })
  const lists = { messages: [message()], statuses: [status()], message_echoes: [echo] }

  it.each([
    ['in the value itself', valueOf(lists)],
    ['in a member of its own', valueOf({ standby: lists })],
  ])('holds messages, statuses and echoes %s', (_where, value) => {
    const { counts, events, otherFields } = translate(envelopeOf(change('standby', value)))
    expect(events).toMatchObject([
      { type: 'MessageReceived', data: { fromId: CUSTOMER, historical: false } },
      { type: 'MessageStatusChanged', data: { status: 'delivered' } },
      { type: 'MessageEchoed', data: { recipientId: CUSTOMER } },
    ])
    expect(counts).toMatchObject({ messages: 1, statuses: 1, echoes: 1, notifications: 0 })
    expect(otherFields).toEqual(['standby'])
  })

  it('has echoes that are the request that sent them', () => {
    const sent = {
      messaging_product: 'whatsapp',
      to: '+49 151 1234567',
      recipient: 'DE.1',
      type: 'template',
      template: { name: 'order_ready', language: { code: 'en' } },
      context: { message_id: 'wamid.T' },
    }
    const definition = { name: 'order_ready', category: 'UTILITY' }
    const item = { id: 'wamid.E2', timestamp: '1767225600', message: sent, template: definition }
    const value = valueOf({ standby: { message_echoes: [item] } })
    expect(eventsOf('standby', value)).toMatchObject([
      {
        type: 'MessageEchoed',
        data: {
          messageId: 'wamid.E2',
          messageType: 'template',
          recipientId: CUSTOMER,
          recipientUserId: 'DE.1',
          inReplyTo: 'wamid.T',
          templateName: 'order_ready',
          templateCategory: 'UTILITY',
          content: JSON.stringify(sent.template),
          unread: JSON.stringify({
            messaging_product: 'whatsapp',
            template_definition: definition,
          }),
        },
      },
      { type: 'MessageReplied', data: { fromBusiness: true } },
    ])
    const group = {
      ...item,
      message: { type: 'text', to: 'R3I=', recipient_type: 'group', text: {} },
    }
    expect(eventsOf('standby', valueOf({ message_echoes: [group] }))).toMatchObject([
      { data: { groupId: 'R3I=', recipientId: null } },
    ])
  })

  it('is kept whole where it holds none of them', () => {
    const value = valueOf({ thread: { owner: 'agent' } })
    expect(eventsOf('standby', value)).toMatchObject([
      { type: 'AccountEventReceived', data: { field: 'standby', payload: JSON.stringify(value) } },
    ])
  })
})

it('a history’s media of the business are its echoes, and historical', () => {
  const image = { type: 'image', text: undefined, image: { id: 'm1' } }
  const echoes = [message({ ...image, from: OWN, to: CUSTOMER })]
  const value = valueOf({
    message_echoes: echoes,
    messages: [message({ id: 'wamid.M2', ...image })],
  })
  const { counts, events } = translate(envelopeOf(change('history', value)))
  expect(events).toMatchObject([
    { type: 'MessageReceived', data: { historical: true, messageType: 'image' } },
    { type: 'MessageEchoed', data: { historical: true, recipientId: CUSTOMER } },
  ])
  expect(counts).toMatchObject({ historyMessages: 2, echoes: 0 })
})

describe('an event about an account names the number that it is about', () => {
  it.each<[string, Json, { readonly number?: string; readonly displayNumber?: string }]>([
    ['phone_number_quality_update', { display_phone_number: OWN }, { displayNumber: OWN }],
    [
      'phone_number_name_update',
      { display_phone_number: '+49 30 1234567' },
      { displayNumber: OWN },
    ],
    ['account_update', { phone_number: OWN, event: 'VERIFIED_ACCOUNT' }, { displayNumber: OWN }],
    [
      'account_settings_update',
      { phone_number_settings: { phone_number_id: NUMBER } },
      { number: NUMBER },
    ],
    ['account_alerts', { entity_type: 'PHONE_NUMBER', entity_id: NUMBER }, { number: NUMBER }],
    ['account_alerts', { entity_type: 'BUSINESS', entity_id: '5' }, {}],
    [
      'messaging_handovers',
      { recipient: { phone_number_id: NUMBER, display_phone_number: OWN } },
      { number: NUMBER, displayNumber: OWN },
    ],
    [
      'business_username_updates',
      { metadata: { phone_number_id: NUMBER }, display_phone_number: OWN },
      { number: NUMBER, displayNumber: OWN },
    ],
    [
      'calls',
      { metadata: { phone_number_id: NUMBER, display_phone_number: OWN }, phone_number: '1' },
      { number: NUMBER, displayNumber: OWN },
    ],
    ['account_review_update', { decision: 'APPROVED' }, {}],
    ['flows', { display_phone_number: { $ne: 1 }, phone_number_id: [] }, {}],
  ])('%s %j', (field, value, { number = '', displayNumber = null }) => {
    expect(eventsOf(field, value)).toMatchObject([
      {
        data: {
          field,
          accountId: ACCOUNT,
          envelope: { number, displayNumber, accountId: ACCOUNT },
        },
      },
    ])
  })

  it('with the number of its channel where it names none by its id', () => {
    const body = envelopeOf(change('security', { display_phone_number: OWN }))
    const context = { ...testContext, configuredNumber: 'configured' }
    expect(translateWebhook(toBytes(body), context).events[0]?.data.envelope).toMatchObject({
      number: 'configured',
      displayNumber: OWN,
    })
  })
})

describe('a change whose field stands elsewhere', () => {
  const value = { event: 'PARTNER_APP_UNINSTALLED' }

  it.each([
    ['beside the changes', { field: 'account_update', changes: [{ value }] }],
    ['in the value', { changes: [{ value: { ...value, field: 'account_update' } }] }],
  ])('%s has it', (_where, entry) => {
    const body = { object: 'whatsapp_business_account', entry: [{ id: ACCOUNT, ...entry }] }
    expect(translate(body).events).toMatchObject([{ data: { field: 'account_update' } }])
  })
})
