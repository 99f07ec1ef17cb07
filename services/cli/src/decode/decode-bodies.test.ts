import { describe, expect, it } from '@jest/globals'
import { exampleChannels, generateTraffic } from '@wabastream/simulator'
import { plainPaint } from '../output/terminal.ts'
import { decodeBody, DecodeTally, renderDecodedBody } from './decode-bodies.ts'

const receivedAt = Date.UTC(2026, 0, 16)

function decode(body: string, isOwn = false) {
  return decodeBody({ file: 'x.json', body: Buffer.from(body) }, { receivedAt, isOwn })
}

const mixed = JSON.stringify({
  messages: [{ id: 'm1', type: 'text', timestamp: '1768464000', text: { body: 'hi' }, from: '1' }],
  statuses: [
    { id: 's1', status: 'read', timestamp: '1768464001', recipient_id: '1' },
    { id: 's2', status: 'sent', timestamp: '1768464002', recipient_id: '1' },
  ],
  errors: [{ code: 1, title: 'x' }],
})

describe('decodeBody', () => {
  it('lists messages and statuses as id, type or status, and time', () => {
    expect(decode(mixed)).toEqual({
      file: 'x.json',
      verdict: 'decoded',
      messages: ['m1:text:1768464000'],
      statuses: ['s1:read:1768464001', 's2:sent:1768464002'],
      errors: 1,
      otherFields: [],
      deadLetters: [],
    })
  })

  it('lists what our own records say, where it is told that they are', () => {
    const event = { type: 'message_marked_read', number: '1', message_id: 'm1', marked_at: 5 }
    const body = JSON.stringify({ version: 1, events: [{ ...event, asked_by: 'on_reply' }] })
    expect(decode(body, true)).toMatchObject({
      verdict: 'decoded',
      own: ['message_marked_read:m1:5'],
    })
    expect(decode(body)).toMatchObject({ verdict: 'undecodable', deadLetters: ['wrong_shape'] })
  })

  it('gives the reason for what cannot be decoded', () => {
    expect(decode('nonsense')).toMatchObject({ verdict: 'undecodable', deadLetters: ['not_json'] })
  })

  it('decodes everything that the simulator makes', () => {
    const verdicts = generateTraffic({ count: 2_000, channels: exampleChannels }).map(
      ({ body }) => decodeBody({ file: '', body }, { receivedAt, isOwn: false }).verdict,
    )
    expect([...new Set(verdicts)]).toEqual(['decoded'])
  })
})

describe('renderDecodedBody', () => {
  it('shows one line for each thing in the body', () => {
    expect(renderDecodedBody(decode(mixed), plainPaint).split('\n')).toEqual([
      'decoded     x.json',
      '  message     m1:text:1768464000',
      '  status      s1:read:1768464001',
      '  status      s2:sent:1768464002',
      '  errors      1',
    ])
  })

  it('shows control characters as escapes', () => {
    const body = JSON.stringify({
      statuses: [{ id: 'a\u001b[31m\u202e', status: 'read', timestamp: '1768464001' }],
    })
    const text = renderDecodedBody(decode(body), plainPaint)
    expect(text).toContain('a\\u001b[31m\\u202e:read')
    expect(text).not.toContain('\u001b')
  })
})

describe('DecodeTally', () => {
  it('counts bodies by verdict', () => {
    const tally = new DecodeTally()
    tally.add(decode(mixed))
    tally.add(decode('nonsense'))
    expect(tally.render()).toBe('2 bodies: 1 decoded, 1 undecodable')
  })
})
