import { describe, expect, it } from '@jest/globals'
import {
  change,
  cloud,
  envelopeOf,
  message,
  paymentStatus,
  status,
  testContext,
  toBytes,
  valueOf,
} from '../fixtures.ts'
import { translateWebhook } from '../translate-webhook.ts'

const ADA = {
  profile: { name: 'Ada', username: '@ada' },
  wa_id: '491511234567',
  user_id: 'DE.1',
  parent_user_id: 'DE.ENT.1',
}
const BIA = { profile: { name: 'Bia' }, wa_id: '5511987654321', user_id: 'BR.2' }

const dataOf = (lists: Readonly<Record<string, unknown>>) =>
  translateWebhook(toBytes(cloud(lists)), testContext).events.map(({ data }) => data)

const NOBODY_MORE = { fromUserId: null, fromParentUserId: null, username: null, contactName: null }

describe('a contact block names only the person whose id it carries', () => {
  it('a message and a status in one value are about two persons', () => {
    const messages = [message({ from: ADA.wa_id })]
    const statuses = [status({ recipient_id: '15550177999' })]
    expect(dataOf({ contacts: [ADA], messages, statuses })).toMatchObject([
      { fromId: ADA.wa_id, fromUserId: 'DE.1', fromParentUserId: 'DE.ENT.1', username: '@ada' },
      {
        recipientId: '15550177999',
        recipientUserId: null,
        recipientParentUserId: null,
        username: null,
      },
    ])
  })

  it('a lone contact of another person is not the sender', () => {
    const messages = [message({ from: '15550177999' })]
    expect(dataOf({ contacts: [ADA], messages })).toMatchObject([
      { fromId: '15550177999', ...NOBODY_MORE },
    ])
    const unnumbered = [message({ from: undefined, from_user_id: 'US.9' })]
    expect(dataOf({ contacts: [ADA], messages: unnumbered })).toMatchObject([
      { fromId: null, fromUserId: 'US.9', contactName: null },
    ])
  })

  it('a lone contact with ids of another kind is the sender of the only message', () => {
    const byUser = { profile: { name: 'Ada' }, user_id: 'DE.1' }
    expect(dataOf({ contacts: [byUser], messages: [message({ from: ADA.wa_id })] })).toMatchObject([
      { fromId: ADA.wa_id, fromUserId: 'DE.1', contactName: 'Ada' },
    ])
    const byPhone = { profile: { name: 'Ada' }, wa_id: ADA.wa_id }
    const unnumbered = [message({ from: undefined, from_user_id: 'DE.1' })]
    expect(dataOf({ contacts: [byPhone], messages: unnumbered })).toMatchObject([
      { fromId: ADA.wa_id, fromUserId: 'DE.1', contactName: 'Ada' },
    ])
  })

  it('a lone contact beside a message and an echo names neither by itself', () => {
    const byUser = { profile: { name: 'Ada' }, user_id: 'DE.1' }
    const lists = {
      contacts: [byUser],
      messages: [message({ from: '1' })],
      message_echoes: [message({ id: 'wamid.E', from: undefined, to: '2' })],
    }
    const standby = toBytes(envelopeOf(change('standby', valueOf(lists))))
    expect(translateWebhook(standby, testContext).events.map(({ data }) => data)).toMatchObject([
      { fromId: '1', fromUserId: null, contactName: null },
      { recipientId: '2', recipientUserId: null },
    ])
  })

  it('a lone contact beside two messages or a status is nobody’s by itself', () => {
    const byUser = { profile: { name: 'Ada' }, user_id: 'DE.1' }
    const messages = [message({ from: '1' }), message({ from: '2' })]
    for (const data of dataOf({ contacts: [byUser], messages })) {
      expect(data).toMatchObject({ fromUserId: null, contactName: null })
    }
    expect(dataOf({ contacts: [byUser], statuses: [status()] })).toMatchObject([
      { recipientUserId: null },
    ])
  })

  it('several contacts are told apart by either id, in any order', () => {
    const messages = [
      message({ from: BIA.wa_id }),
      message({ from: undefined, from_user_id: 'DE.1' }),
    ]
    const statuses = [status({ recipient_id: undefined, recipient_user_id: 'BR.2' })]
    for (const contacts of [
      [ADA, BIA],
      [BIA, ADA],
    ]) {
      expect(dataOf({ contacts, messages, statuses })).toMatchObject([
        { contactName: 'Bia', fromUserId: 'BR.2' },
        { contactName: 'Ada', fromId: ADA.wa_id },
        { recipientId: BIA.wa_id, recipientUserId: 'BR.2' },
      ])
    }
  })

  it('a number written in two ways is one person', () => {
    const messages = [message({ from: '551187654321' })]
    const statuses = [status({ recipient_id: '+55 11 8765-4321' })]
    expect(dataOf({ contacts: [ADA, BIA], messages, statuses })).toMatchObject([
      { fromId: '551187654321', fromUserId: 'BR.2', contactName: 'Bia' },
      { recipientId: '551187654321', recipientUserId: 'BR.2' },
    ])
  })

  it('a number that could be two persons’ is nobody’s', () => {
    const other = { ...BIA, wa_id: '5511187654321', user_id: 'BR.3' }
    const messages = [message({ from: '551187654321' })]
    expect(dataOf({ contacts: [BIA, other], messages })).toMatchObject([{ fromUserId: null }])
  })

  it('a participant of a group is named by the block that carries its id', () => {
    const statuses = [BIA, ADA, { wa_id: '1' }].map(({ wa_id }) =>
      status({ recipient_id: 'R3I=', recipient_type: 'group', recipient_participant_id: wa_id }),
    )
    expect(dataOf({ contacts: [ADA, BIA], statuses })).toMatchObject([
      { participant: BIA.wa_id, recipientUserId: 'BR.2', groupId: 'R3I=' },
      { participant: ADA.wa_id, recipientUserId: 'DE.1', username: '@ada' },
      { participant: '1', recipientUserId: null },
    ])
  })

  it('who reacts, edits, revokes, answers or pays has all that the block says', () => {
    const from = ADA.wa_id
    const by = { actorId: from, actorUserId: 'DE.1', actorParentUserId: 'DE.ENT.1' }
    const target = { message_id: 'wamid.T', original_message_id: 'wamid.T' }
    for (const type of ['reaction', 'edit', 'revoke']) {
      expect(
        dataOf({ contacts: [ADA], messages: [message({ from, type, [type]: target })] }),
      ).toMatchObject([{ ...by, username: '@ada', contactName: 'Ada' }])
    }
    const answer = message({ from, context: { id: 'wamid.T' } })
    expect(dataOf({ contacts: [ADA], messages: [answer] })[1]).toMatchObject({
      ...by,
      username: '@ada',
    })
    expect(dataOf({ contacts: [ADA], statuses: [paymentStatus] })).toMatchObject([
      { recipientUserId: 'DE.1', recipientParentUserId: 'DE.ENT.1', username: '@ada' },
    ])
  })

  it('whom the business writes to from its phone has the username of the block', () => {
    const item = message({ from: '49301234567', to: ADA.wa_id })
    const echoes = valueOf({ contacts: [ADA], message_echoes: [item] })
    const body = envelopeOf(change('smb_message_echoes', echoes))
    expect(translateWebhook(toBytes(body), testContext).events).toMatchObject([
      { type: 'MessageEchoed', data: { recipientUserId: 'DE.1', username: '@ada' } },
    ])
  })

  it('a flat body goes by the same rule', () => {
    const body = {
      contacts: [ADA],
      messages: [message({ from: ADA.wa_id })],
      statuses: [status({ recipient_id: '15550177999' })],
    }
    const context = { ...testContext, configuredNumber: '1' }
    const { events } = translateWebhook(toBytes(body), context)
    expect(events.map(({ data }) => data)).toMatchObject([
      { fromUserId: 'DE.1', contactName: 'Ada', envelope: { number: '1', accountId: null } },
      { recipientId: '15550177999', recipientUserId: null },
    ])
  })
})

describe('a user id in the place of a phone’s', () => {
  it.each(['DE.10203040506070809010', 'US.13491208655302741918', 'BR.aB3'])('%s is one', (id) => {
    expect(dataOf({ statuses: [status({ recipient_id: id })] })).toMatchObject([
      { recipientId: null, recipientUserId: id },
    ])
    expect(dataOf({ messages: [message({ from: id })] })).toMatchObject([
      { fromId: null, fromUserId: id },
    ])
  })

  it('may be a parent’s, and may stand in a contact block', () => {
    expect(dataOf({ statuses: [status({ recipient_id: 'US.ENT.118' })] })).toMatchObject([
      { recipientId: null, recipientParentUserId: 'US.ENT.118' },
    ])
    const contacts = [{ wa_id: 'DE.1', parent_user_id: 'DE.ENT.1' }]
    expect(dataOf({ contacts, messages: [message({ from: undefined })] })).toMatchObject([
      { fromId: null, fromUserId: 'DE.1', fromParentUserId: 'DE.ENT.1' },
    ])
  })

  it('finds the block that carries it, and leaves the key of a participant alone', () => {
    const participant = { recipient_type: 'group', recipient_participant_id: 'DE.1' }
    expect(
      dataOf({
        contacts: [ADA, BIA],
        statuses: [status({ recipient_id: 'R3I=', ...participant })],
      }),
    ).toMatchObject([{ participant: 'DE.1', recipientId: ADA.wa_id, recipientUserId: 'DE.1' }])
  })

  it('stays where it is beside another one', () => {
    const two = { recipient_id: 'DE.1', recipient_user_id: 'DE.2' }
    expect(dataOf({ statuses: [status(two)] })).toMatchObject([
      { recipientId: 'DE.1', recipientUserId: 'DE.2' },
    ])
  })
})

describe('a parent user id', () => {
  it.each([
    ['recipient_parent_user_id', {}],
    ['parent_recipient_user_id', {}],
  ])('of a recipient is read as %s', (name) => {
    expect(dataOf({ statuses: [status({ [name]: 'DE.ENT.1' })] })).toMatchObject([
      { recipientParentUserId: 'DE.ENT.1' },
    ])
  })

  it('of a sender stands in the message itself', () => {
    const messages = [message({ from_parent_user_id: 'DE.ENT.1' })]
    expect(dataOf({ messages })).toMatchObject([{ fromParentUserId: 'DE.ENT.1' }])
  })
})
