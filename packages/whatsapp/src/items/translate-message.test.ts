import { describe, expect, it } from '@jest/globals'
import {
  change,
  cloud,
  contact,
  CUSTOMER,
  CUSTOMER_USER,
  envelopeOf,
  message,
  status,
  testContext,
  toBytes,
  valueOf,
} from '../fixtures.ts'
import { translateWebhook } from '../translate-webhook.ts'

const eventsOf = (fields: Readonly<Record<string, unknown>>, contacts: readonly unknown[] = []) =>
  translateWebhook(toBytes(cloud({ contacts, messages: [message(fields)] })), testContext).events

const problemOf = (fields: Readonly<Record<string, unknown>>) =>
  translateWebhook(toBytes(cloud({ messages: [message(fields)] })), testContext).deadLetters[0]
    ?.detail

describe('the template of an echo', () => {
  const templateOf = (fields: Readonly<Record<string, unknown>>) => {
    const item = message({ from: '49301234567', to: CUSTOMER, text: undefined, ...fields })
    const value = valueOf({ message_echoes: [item] })
    const body = envelopeOf(change('smb_message_echoes', value))
    return translateWebhook(toBytes(body), testContext).events.map(({ data }) => data)
  }

  it('is the one that it names, with its category', () => {
    const template = { name: 'gym_renewal', language: 'en_US', category: 'MARKETING' }
    expect(templateOf({ type: 'template', template })).toMatchObject([
      { templateName: 'gym_renewal', templateCategory: 'MARKETING' },
    ])
  })

  it('is none of another message, and of what is no text', () => {
    const nothing = [{ templateName: null, templateCategory: null }]
    expect(templateOf({ text: { body: 'Hi' } })).toMatchObject(nothing)
    expect(templateOf({ type: 'template', template: { name: 5 } })).toMatchObject(nothing)
    expect(templateOf({ type: 'template', template: 'bare' })).toMatchObject(nothing)
  })
})

describe('content', () => {
  it.each([
    ['text', { text: { body: 'hi' } }, { text: 'hi' }],
    [
      'image',
      { image: { id: 'm1', mime_type: 'image/jpeg', caption: 'look' } },
      { text: 'look', mediaId: 'm1', mimeType: 'image/jpeg' },
    ],
    ['voice', { voice: { id: 'm2', mime_type: 'audio/ogg' } }, { text: null, mediaId: 'm2' }],
    ['button', { button: { text: 'No', payload: 'no-1' } }, { text: 'No', replyId: 'no-1' }],
    [
      'interactive',
      { interactive: { type: 'list_reply', list_reply: { id: 'row-1', title: 'Row' } } },
      { text: 'Row', replyId: 'row-1' },
    ],
    [
      'interactive',
      {
        interactive: {
          type: 'nfm_reply',
          nfm_reply: { name: 'flow', body: 'Sent', response_json: '[1]' },
        },
      },
      { text: 'Sent', replyId: 'flow' },
    ],
    ['order', { order: { catalog_id: 'c', text: 'two please' } }, { text: 'two please' }],
    [
      'system',
      { system: { type: 'user_changed_number', body: 'changed', wa_id: '1' } },
      { text: 'changed' },
    ],
    ['request_welcome', {}, { text: null }],
    ['hologram', { hologram: { id: 'h1' } }, { mediaId: 'h1' }],
    ['constructor', {}, { text: null, mediaId: null }],
  ])('reads a message of type %s', (type, content, expected) => {
    const events = eventsOf({ type, text: undefined, ...content })
    expect(events).toMatchObject([
      { type: 'MessageReceived', data: { messageType: type, ...expected } },
    ])
  })

  it('infers a missing type from the content', () => {
    const events = eventsOf({
      type: undefined,
      text: undefined,
      location: { latitude: 1, longitude: 2 },
    })
    expect(events[0]?.data).toMatchObject({ messageType: 'location' })
  })

  it('keeps the errors of an unsupported message', () => {
    const [event] = eventsOf({
      type: 'unsupported',
      errors: [{ code: 131051, title: 'Unsupported' }, 'x'],
    })
    expect(event?.data).toMatchObject({
      errors: [{ code: 131051, title: 'Unsupported', details: null }],
    })
  })

  it('keeps where an advertised conversation came from', () => {
    const [event] = eventsOf({ referral: { source_id: 'ad-1', ctwa_clid: 'click-1' } })
    expect(event?.data).toMatchObject({ referralSourceId: 'ad-1', referralClickId: 'click-1' })
  })
})

describe('people', () => {
  it('finds the contact by id among several', () => {
    const [event] = eventsOf({}, [{ wa_id: '1', profile: { name: 'Bob' } }, contact])
    expect(event?.data).toMatchObject({
      contactName: 'Ada',
      fromId: CUSTOMER,
      fromUserId: CUSTOMER_USER,
    })
  })

  it.each([
    ['the ninth digit of Brazil', '551187654321', '5511987654321', '5511987654321'],
    ['the 1 of Mexico', '5215512345678', '525512345678', '525512345678'],
    ['the 9 of Argentina', '5491123456789', '541123456789', '541123456789'],
    ['the same text', '551187654321', '551187654321', null],
    ['another number', '551187654321', '5511987650000', null],
    ['another country', '551187654321', '4987654321', null],
    ['no number', '551187654321', 'BR.1', null],
  ])('keeps the other way in which a contact writes the number: %s', (_, from, waId, other) => {
    const contacts = [{ wa_id: waId, profile: { name: 'Kim' } }]
    const [event] = eventsOf({ from }, contacts)
    expect(event?.data).toMatchObject({ fromId: from, otherwiseWrittenId: other })
  })

  it('gives the only contact neither to a status nor to a message beside one', () => {
    const other = { ...contact, wa_id: '5511987654321' }
    const statuses = [status({ recipient_id: '15550001' })]
    const body = cloud({ contacts: [other], messages: [message()], statuses })
    const { events } = translateWebhook(toBytes(body), testContext)
    expect(events.map(({ data }) => data)).toMatchObject([
      { fromId: CUSTOMER, fromUserId: null },
      { recipientId: '15550001', recipientUserId: null },
    ])
  })

  it('takes the only contact of the only message, whatever its id', () => {
    const [event] = eventsOf({ from: '5511987654321' }, [
      { wa_id: '551187654321', profile: { name: 'Bia' } },
    ])
    expect(event?.data).toMatchObject({ contactName: 'Bia', fromId: '5511987654321' })
  })

  it('needs no phone number if a user id is given, in either spelling', () => {
    for (const spelling of ['from_user_id', 'from_bsuid']) {
      const [event] = eventsOf({ from: undefined, [spelling]: CUSTOMER_USER })
      expect(event?.data).toMatchObject({ fromId: null, fromUserId: CUSTOMER_USER })
    }
  })

  it('does not take a user id in place of a phone number as a phone number', () => {
    const [event] = eventsOf({ from: CUSTOMER_USER, from_bsuid: CUSTOMER_USER })
    expect(event?.data).toMatchObject({ fromId: null, fromUserId: CUSTOMER_USER })
  })
})

describe('messages about messages', () => {
  it('says what a reply answers, at the same position', () => {
    const events = eventsOf({ context: { from: '1', id: 'wamid.ASKED' } })
    expect(events).toMatchObject([
      { type: 'MessageReceived', data: { inReplyTo: 'wamid.ASKED', envelope: { itemIndex: 0 } } },
      {
        type: 'MessageReplied',
        data: {
          targetMessageId: 'wamid.ASKED',
          fromBusiness: false,
          actorId: CUSTOMER,
          envelope: { itemIndex: 0 },
        },
      },
    ])
    expect(events[0]?.data.envelope.eventId).not.toBe(events[1]?.data.envelope.eventId)
  })

  it('does not take a forwarded message for a reply', () => {
    expect(eventsOf({ context: { forwarded: true } })).toMatchObject([
      { data: { forwarded: true, inReplyTo: null } },
    ])
  })

  it.each([
    [{ message_id: 'wamid.T', emoji: '👍' }, '👍'],
    [{ message_id: 'wamid.T', emoji: '' }, null],
    [{ message_id: 'wamid.T' }, null],
  ])('keys a reaction by its target', (reaction, emoji) => {
    expect(eventsOf({ type: 'reaction', reaction })).toMatchObject([
      {
        type: 'MessageReacted',
        data: { messageId: 'wamid.M1', targetMessageId: 'wamid.T', emoji },
      },
    ])
  })

  it('reads the new text of an edit', () => {
    const edited = { type: 'image', image: { caption: 'better' } }
    expect(
      eventsOf({ type: 'edit', edit: { original_message_id: 'wamid.T', message: edited } }),
    ).toMatchObject([
      {
        type: 'MessageEdited',
        data: { targetMessageId: 'wamid.T', text: 'better', fromBusiness: false },
      },
    ])
  })

  it('distinguishes a deletion in the phone app from one by the customer', () => {
    const revoke = message({
      type: 'revoke',
      from: '49301234567',
      to: CUSTOMER,
      revoke: { original_message_id: 'wamid.T' },
    })
    const body = envelopeOf(change('smb_message_echoes', valueOf({ message_echoes: [revoke] })))
    expect(translateWebhook(toBytes(body), testContext).events).toMatchObject([
      {
        type: 'MessageRevoked',
        data: { targetMessageId: 'wamid.T', fromBusiness: true, actorId: '49301234567' },
      },
    ])
  })

  it.each([
    [{ type: 'reaction' }, 'reaction target is missing'],
    [{ type: 'edit', edit: { original_message_id: 5 } }, 'edit target is not text'],
    [{ type: 'revoke', revoke: 'x' }, 'revoke target is missing'],
  ])('refuses one without a target', (fields, problem) => {
    expect(problemOf(fields)).toBe(problem)
  })
})

describe('ids', () => {
  it.each([
    [undefined, 'message id is missing'],
    ['', 'message id is empty'],
    [12_345, 'message id is not text'],
    [{ $ne: null }, 'message id is not text'],
    ['x'.repeat(513), 'message id is longer than 512'],
    ['wamid.\uD83D', 'message id is not valid UTF-8'],
  ])('refuses %p', (id, problem) => {
    expect(problemOf({ id })).toBe(problem)
  })

  it.each(['__proto__', 'a\u0000b', 'wamid.A+/=', 'x'.repeat(512)])('takes %p as it is', (id) => {
    expect(eventsOf({ id })[0]?.data).toMatchObject({ messageId: id })
  })
})
