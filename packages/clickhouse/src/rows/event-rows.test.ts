import { describe, expect, it } from '@jest/globals'
import { type WhatsAppEvent } from '@wabastream/contracts'
import {
  anEcho,
  anEdit,
  anEnvelope,
  anEvent,
  aPayment,
  arbitraryMessageEvent,
  aReaction,
  aReceivedMessage,
  aReply,
  aRevocation,
  aStatus,
} from '@wabastream/testing'
import fc from 'fast-check'
import { encodeRow } from './cells.ts'
import { messageContentColumns, toMessageContentRow } from './message-content-row.ts'
import { messageEventColumns, toMessageEventRow } from './message-event-row.ts'
import { toEventRows } from './to-table-rows.ts'

const named = (event: WhatsAppEvent) =>
  Object.fromEntries(
    toMessageEventRow(event).map((cell, index) => [messageEventColumns[index] ?? 'too many', cell]),
  )
const contentOf = (event: WhatsAppEvent) =>
  Object.fromEntries(
    (toMessageContentRow(event) ?? []).map((cell, index) => [messageContentColumns[index], cell]),
  )
const error = { code: 131026, title: 'Undeliverable', message: null, details: null, href: null }

describe('the row of an event', () => {
  it.each<readonly [WhatsAppEvent, Readonly<Record<string, unknown>>]>([
    [
      aStatus('read', { providerTime: null, timeProblem: 'missing' }, { errors: [error] }),
      {
        message_id: 'wamid.M',
        status: 'read',
        event_at: null,
        time_problem: 'missing',
        error_codes: [131026],
        billable: null,
      },
    ],
    [
      aReceivedMessage({ text: 'hi', fromId: '49', forwarded: true }),
      {
        message_id: 'wamid.M',
        has_content: true,
        contact_id: '49',
        forwarded: true,
        carrier_id: '',
      },
    ],
    [
      anEcho({
        recipientId: '49',
        historicalStatus: 'read',
        historical: true,
        templateName: 'spring',
        templateCategory: 'MARKETING',
      }),
      {
        template_name: 'spring',
        template_category: 'MARKETING',
        message_id: 'wamid.M',
        contact_id: '49',
        historical_status: 'read',
        historical: true,
      },
    ],
    [
      aPayment('captured'),
      {
        message_id: 'wamid.M',
        status: 'captured',
        payment_amount_value: null,
      },
    ],
    [
      aReaction('👍'),
      {
        message_id: 'wamid.M',
        carrier_id: 'wamid.ACTION',
        emoji: '👍',
        from_business: false,
      },
    ],
    [aReaction(null), { emoji: null }],
    [anEdit(), { message_id: 'wamid.M', carrier_id: 'wamid.ACTION', has_content: false }],
    [aRevocation({ fromBusiness: true }), { message_id: 'wamid.M', from_business: true }],
    [aReply({ actorId: '49' }), { message_id: 'wamid.M', contact_id: '49' }],
    [
      { type: 'ErrorReported', data: { envelope: anEnvelope(), error, unread: null } },
      {
        message_id: '',
        error_codes: [131026],
      },
    ],
    [
      {
        type: 'AccountEventReceived',
        data: {
          envelope: anEnvelope(),
          field: 'flows',
          accountId: null,
          event: 'X',
          payload: '{}',
        },
      },
      { message_id: '', field: 'flows', status: 'X' },
    ],
  ])('says what the event says (%#)', (event, cells) => {
    expect(named(event)).toMatchObject({ event_type: event.type, ...cells })
  })

  it('has as many cells as columns for any event', () => {
    fc.assert(
      fc.property(arbitraryMessageEvent('wamid.P'), (event) => {
        expect(toMessageEventRow(event)).toHaveLength(messageEventColumns.length)
      }),
    )
  })

  it('comes with the content of a reaction, a revocation and an error of no message', () => {
    const unread = '{"novel":{"a":1}}'
    const said = { contactName: 'Kim', content: '{"emoji":"👍"}', unread }
    const person = { actorId: '49', actorParentUserId: 'DE.ENT.1', username: '@kim', ...said }
    const acts = [anEvent('MessageReacted', person), anEvent('MessageRevoked', person)]
    for (const act of acts) {
      expect(named(act)).toMatchObject({
        contact_parent_user_id: 'DE.ENT.1',
        username: '@kim',
        has_content: true,
      })
      expect(contentOf(act)).toMatchObject({
        message_id: 'wamid.M',
        contact_id: '49',
        contact_name: 'Kim',
        content: said.content,
        unread,
      })
    }
    const failed = {
      type: 'ErrorReported',
      data: { envelope: anEnvelope(), error, unread },
    } as const
    expect(contentOf(failed)).toMatchObject({ message_id: '', content: '', unread })
  })

  it('comes with a row for each error and for its number', () => {
    const status = aStatus('failed', {}, { errors: [error, { ...error, code: null }] })
    expect(toEventRows(status).map(({ table }) => table)).toEqual([
      'message_events',
      'errors',
      'errors',
      'numbers',
    ])
  })
})

describe('encodeRow', () => {
  it('replaces a lone surrogate and keeps a text that only looks like one', () => {
    expect(encodeRow(['a\ud800', ['\udc00b'], null])).toBe('["a\ufffd",["\ufffdb"],null]')
    expect(encodeRow(['\\ud800', 1])).toBe(JSON.stringify(['\\ud800', 1]))
  })
})
