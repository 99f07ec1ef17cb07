import { describe, expect, it } from '@jest/globals'
import { INTERNAL_CHANNEL, INTERNAL_DIALECT, rawHeaders } from '@wabastream/contracts'
import { message, NUMBER, rawBatch, SECONDS, status, webhook } from '@wabastream/testing'
import { toOwnBody } from '@wabastream/whatsapp'
import { type Policy } from '../policies/policy-file.ts'
import { toFacts } from './facts.ts'

function factsOf(body: unknown, policy: Policy, headers: Readonly<Record<string, string>> = {}) {
  const batch = rawBatch([body], headers)
  return batch.records.flatMap((record) => toFacts(record, batch, () => policy))
}

const WRITTEN_MS = Number(SECONDS) * 1_000

const history = (messages: readonly object[]) => ({
  entry: [
    {
      id: '1',
      changes: [
        {
          field: 'history',
          value: {
            metadata: { phone_number_id: NUMBER },
            history: [{ threads: [{ id: '49', messages }] }],
          },
        },
      ],
    },
  ],
})

describe('facts of a raw record', () => {
  it('are the messages of customers, with where they lie', () => {
    expect(
      factsOf(webhook({ messages: [message('a'), message('b')] }), 'on_receipt'),
    ).toMatchObject([
      {
        kind: 'received',
        policy: 'on_receipt',
        number: NUMBER,
        messageId: 'a',
        atMs: WRITTEN_MS,
        place: { partition: 2, offset: 100, itemIndex: 0, receiptId: 'receipt-100' },
      },
      { messageId: 'b', place: { itemIndex: 1 } },
    ])
  })

  it.each(['never', 'on_request'] as const)('are none where the policy is %s', (policy) => {
    expect(factsOf(webhook({ messages: [message('a')] }), policy)).toEqual([])
  })

  it('leave out what nobody wrote just now', () => {
    const notices = [message('a', { type: 'system' }), message('b', { type: 'request_welcome' })]
    expect(factsOf(webhook({ messages: notices }), 'on_receipt')).toEqual([])
    expect(factsOf(history([message('c')]), 'on_receipt')).toEqual([])
    const reaction = message('d', { type: 'reaction', reaction: { message_id: 'a', emoji: '👍' } })
    expect(factsOf(webhook({ messages: [reaction] }), 'on_receipt')).toEqual([])
    expect(factsOf('not JSON', 'on_receipt')).toEqual([])
    const imported = { [rawHeaders.origin]: 'imported' }
    expect(factsOf(webhook({ messages: [message('e')] }), 'on_receipt', imported)).toEqual([])
  })

  it('say who was answered, of what was just sent, and only where that matters', () => {
    const sent = webhook({ statuses: [{ ...status('a'), status: 'sent', recipient_id: '49' }] })
    expect(factsOf(sent, 'on_reply')).toMatchObject([
      { kind: 'answered', number: NUMBER, contacts: ['person 49'], atMs: WRITTEN_MS },
    ])
    expect(factsOf(sent, 'on_receipt')).toEqual([])
    const read = webhook({ statuses: [{ ...status('a'), status: 'read', recipient_id: '49' }] })
    expect(factsOf(read, 'on_reply')).toEqual([])
  })

  it('know a customer by each id, and a group as itself', () => {
    const both = message('a', { from: '49', from_user_id: 'DE.1' })
    const inGroup = message('b', { from: '49', group_id: 'g' })
    expect(factsOf(webhook({ messages: [both, inGroup] }), 'on_reply')).toMatchObject([
      { contacts: ['person 49', 'user DE.1'] },
      { contacts: ['group g'] },
    ])
  })

  it('say what was marked, whatever the policies are', () => {
    const mark = { number: '1', messageId: 'a', markedAt: WRITTEN_MS, askedBy: 'on_reply' }
    const body = new TextDecoder().decode(toOwnBody([mark]))
    const ours = {
      [rawHeaders.channel]: INTERNAL_CHANNEL,
      [rawHeaders.dialect]: INTERNAL_DIALECT,
    }
    expect(factsOf(body, 'never', ours)).toEqual([{ kind: 'marked', number: '1', messageId: 'a' }])
    expect(factsOf(body, 'on_receipt', { [rawHeaders.channel]: 'main' })).toEqual([])
  })
})
