import { describe, expect, it } from '@jest/globals'
import { countRows } from './row-counts.ts'

const cloud = (...changes: object[]) => ({ entry: [{ id: 'w', changes }] })
const error = { code: 131026, title: 'Message undeliverable' }

describe('the rows that a body makes', () => {
  it('are one for each item, and one more for a reply to a message', () => {
    const value = {
      messages: [
        { id: 'a', type: 'text', context: { id: 'm' } },
        { id: 'b', type: 'reaction' },
      ],
      statuses: [
        { id: 'm', status: 'read' },
        { id: 'm', type: 'payment', status: 'captured' },
      ],
    }
    expect(countRows(cloud({ field: 'messages', value }))).toEqual({
      message_events: 5,
      errors: 0,
      account_events: 0,
    })
  })

  it('are one for each error, and one more for an error without an item, whatever the dialect', () => {
    const value = {
      statuses: [{ id: 'm', status: 'failed', errors: [error, error] }],
      messages: [{ id: 'a', type: 'unsupported', errors: [error] }],
      errors: [error],
    }
    const expected = { message_events: 3, errors: 4, account_events: 0 }
    expect(countRows(value)).toEqual(expected)
    expect(countRows(cloud({ field: 'messages', value }))).toEqual(expected)
  })

  it('are one for each change that reports no message', () => {
    const call = { statuses: [{ id: 'c', status: 'RINGING' }] }
    expect(countRows(cloud({ field: 'calls', value: call }, { field: 'account_update' }))).toEqual({
      message_events: 2,
      errors: 0,
      account_events: 2,
    })
  })

  it('are one for a message of a history, whatever rung it reports', () => {
    const messages = [{ id: 'a', type: 'text', from: '1', history_context: { status: 'READ' } }]
    const value = {
      metadata: { display_phone_number: '1' },
      history: [{ threads: [{ messages }] }],
    }
    expect(countRows(cloud({ field: 'history', value }))).toEqual({
      message_events: 1,
      errors: 0,
      account_events: 0,
    })
  })
})
