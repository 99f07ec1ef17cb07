import { describe, expect, it } from '@jest/globals'
import { type MessageReceived, type WhatsAppEvent } from '@wabastream/contracts'
import { anEnvelope, anEvent, aReceivedMessage, aReply, aStatus } from '@wabastream/testing'
import { contactAliasColumns, toContactAliasRows } from './contact-alias-rows.ts'
import { toContactAliases } from './contact-aliases.ts'

const tell = (event: WhatsAppEvent) =>
  toContactAliases(event).map(({ kind, left, right }) => `${kind} ${left} ${right}`)
const received = (given: Partial<MessageReceived>) => tell(aReceivedMessage(given))

const update = (payload: unknown, field = 'user_id_update'): WhatsAppEvent => ({
  type: 'AccountEventReceived',
  data: {
    envelope: anEnvelope(),
    field,
    accountId: '77',
    event: null,
    payload: JSON.stringify(payload),
  },
})

describe('contact aliases', () => {
  it('are the ids by which one item names a person', () => {
    expect(received({ fromId: '49170' })).toEqual([])
    expect(received({ fromId: '49170', fromUserId: 'DE.1' })).toEqual(['named_together 49170 DE.1'])
    expect(received({ fromId: null, fromUserId: 'DE.1', fromParentUserId: 'DE.ENT.9' })).toEqual([
      'named_together DE.1 DE.ENT.9',
    ])
    const person = { recipientId: '49170', recipientUserId: 'DE.1' }
    expect(tell(aStatus('sent', {}, person))).toEqual(['named_together 49170 DE.1'])
    expect(tell(aReply({ actorId: '49170', actorUserId: 'DE.1' }))).toHaveLength(1)
    const byParent = { actorId: '49170', actorParentUserId: 'DE.ENT.9' }
    expect(tell(anEvent('MessageReacted', byParent))).toEqual(['named_together 49170 DE.ENT.9'])
    expect(tell(aReply({ actorId: '49170', actorUserId: 'DE.1', fromBusiness: true }))).toEqual([])
  })

  it('are a number before and after its change, and a user id', () => {
    expect(received({ fromId: '49170', newFromId: '49171' })).toEqual([
      'number_changed 49170 49171',
    ])
    expect(received({ fromId: null, fromUserId: 'DE.1', newFromUserId: 'DE.2' })).toEqual([
      'user_id_changed DE.1 DE.2',
    ])
    expect(received({ fromId: '49170', newFromUserId: 'DE.2' })).toEqual([
      'named_together 49170 DE.2',
    ])
  })

  it('are two ways of writing a number that the webhook itself gives', () => {
    expect(received({ fromId: '551187654321', otherwiseWrittenId: '5511987654321' })).toEqual([
      'written_differently 551187654321 5511987654321',
    ])
  })

  it('are what a notification of changed user ids says', () => {
    const user = { previous: 'US.1', current: 'US.2' }
    const parent = { previous: 'US.ENT.1', current: 'US.ENT.2' }
    const one = { wa_id: '5678', user_id: user, parent_user_id: parent }
    expect(tell(update({ user_id_update: [one, { user_id: { current: 'US.3' } }, 7] }))).toEqual([
      'user_id_changed US.1 US.2',
      'user_id_changed US.ENT.1 US.ENT.2',
      'named_together 5678 US.2',
      'named_together US.2 US.ENT.2',
    ])
    expect(tell(update({ user_id_update: { user_id: user } }))).toEqual([])
    expect(tell(update(null))).toEqual([])
    expect(tell(update({ user_id_update: [one] }, 'account_update'))).toEqual([])
  })

  it('keep every digit of an id that is written as a number', () => {
    const ids = '{"previous":12345678901234567890123,"current":98765432109876543210987}'
    const payload = `{"user_id_update":[{"wa_id":16505551234,"user_id":${ids}}]}`
    const event = update(null)
    if (event.type !== 'AccountEventReceived') throw new Error('an account event')
    expect(tell({ ...event, data: { ...event.data, payload } })).toEqual([
      'user_id_changed 12345678901234567890123 98765432109876543210987',
      'named_together 16505551234 98765432109876543210987',
    ])
  })

  it('are whom calls, their statuses and preferences name, and contact blocks beside them', () => {
    const calls = {
      calls: [
        { from: '49170', from_user_id: 'DE.1', to: '49301', direction: 'USER_INITIATED' },
        {},
      ],
      statuses: [{ recipient_id: '49171', recipient_bsuid: 'DE.2' }],
      contacts: [
        { wa_id: '49172', user_id: 'DE.3', parent_user_id: 'DE.ENT.3' },
        { wa_id: '49173' },
      ],
    }
    expect(tell(update(calls, 'calls'))).toEqual([
      'named_together 49170 DE.1',
      'named_together 49171 DE.2',
      'named_together 49172 DE.3',
      'named_together DE.3 DE.ENT.3',
    ])
    const preference = { user_preferences: [{ wa_id: '49170', user_id: 'DE.1', value: 'stop' }] }
    expect(tell(update(preference, 'user_preferences'))).toEqual(['named_together 49170 DE.1'])
    expect(tell(update(calls, 'account_update'))).toEqual([])
  })

  it('have rows with account, source and the place where they were first reported', () => {
    const envelope = anEnvelope({ accountId: '77', receivedAt: 86_400_000 * 3 + 5, rawOffset: 9 })
    const event = aReceivedMessage({ fromId: '49170', fromUserId: 'DE.1', envelope })
    const [row] = toContactAliasRows(event)
    expect(Object.fromEntries(contactAliasColumns.map((name, i) => [name, row?.[i]]))).toEqual({
      account_id: '77',
      number: envelope.number,
      kind: 'named_together',
      left_id: '49170',
      right_id: 'DE.1',
      source: 'MessageReceived',
      first_seen: [86_400_000 * 3 + 5, 0, 9, 0, envelope.providerTime],
      last_day: 3,
    })
    const [updated] = toContactAliasRows(
      update({ user_id_update: [{ user_id: { previous: 'US.1', current: 'US.2' } }] }),
    )
    expect(updated?.[contactAliasColumns.indexOf('source')]).toBe('user_id_update')
    expect(updated?.[contactAliasColumns.indexOf('account_id')]).toBe('77')
  })
})
