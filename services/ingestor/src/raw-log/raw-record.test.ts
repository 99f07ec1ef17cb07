import { describe, expect, it } from '@jest/globals'
import { type Channel } from '@wabastream/channels'
import { RECORD_OVERHEAD_BYTES_MAX, toRawRecord } from './raw-record.ts'

const channel: Channel = {
  name: 'main',
  dialect: 'cloud',
  numberId: null,
  strategies: [],
  verifyToken: null,
}
const receipt = {
  id: '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
  receivedAtMs: 1_700_000_000_123,
  channel,
  keys: [{ strategy: 'hmac', keyId: 'app-1' }] as const,
  headers: {},
  traceparent: undefined,
}
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

describe('raw record', () => {
  it('holds the exact bytes, and how they came in', () => {
    const body = Buffer.from([0xff, 0, 0x7b])
    const record = toRawRecord(body, receipt)
    expect(record.value).toBe(body)
    expect(record).toMatchObject({ key: null, timestampMs: 1_700_000_000_123 })
    expect(record.headers).toEqual({
      'receipt-id': receipt.id,
      'received-at': '1700000000123',
      channel: 'main',
      verification: 'hmac:app-1',
      dialect: 'cloud',
    })
  })

  it('reports the number, the content type and the trace if there are any', () => {
    const record = toRawRecord(Buffer.alloc(0), {
      ...receipt,
      channel: { ...channel, dialect: 'flat', numberId: '4915' },
      headers: { 'content-type': 'application/json' },
      traceparent,
    })
    expect(record.headers).toMatchObject({
      number: '4915',
      dialect: 'flat',
      'content-type': 'application/json',
      traceparent,
    })
  })

  it('keeps the signatures of the provider, by name, so that the body can be verified again', () => {
    const { headers } = toRawRecord(Buffer.alloc(0), {
      ...receipt,
      headers: { 'x-hub-signature-256': 'sha256=ab', 'x-360dialog-signature': 'cd', host: 'x' },
    })
    expect(headers?.['signature']).toBe('x-hub-signature-256: sha256=ab\nx-360dialog-signature: cd')
  })

  it('keeps the signature that the channel checks, whatever its header is called', () => {
    const strategies = [{ kind: 'hmac', header: 'x-proof', prefix: '', secrets: [] }] as const
    const { headers } = toRawRecord(Buffer.alloc(0), {
      ...receipt,
      channel: { ...channel, strategies },
      headers: { 'x-proof': 'ab', 'x-else': 'cd' },
    })
    expect(headers?.['signature']).toBe('x-proof: ab')
  })

  it('keeps no secret of a channel, even if it is called a signature, and nothing endless', () => {
    const strategies = [{ kind: 'header', name: 'x-signature', secrets: [] }] as const
    const { headers } = toRawRecord(Buffer.alloc(0), {
      ...receipt,
      channel: { ...channel, strategies },
      headers: { 'x-signature': 'our secret', 'x-hub-signature': 'x'.repeat(10_000) },
    })
    expect(headers).not.toHaveProperty('signature')
  })

  it('leaves out an invalid trace', () => {
    const { headers } = toRawRecord(Buffer.alloc(0), { ...receipt, traceparent: '00-evil' })
    expect(headers).not.toHaveProperty('traceparent')
  })

  it('reports every key that was needed', () => {
    const { headers } = toRawRecord(Buffer.alloc(0), {
      ...receipt,
      keys: [
        { strategy: 'path_token', keyId: 'u' },
        { strategy: 'header', keyId: 'h' },
      ],
    })
    expect(headers?.['verification']).toBe('path_token:u+header:h')
  })

  it('keeps its headers within what a batch reserves for them', () => {
    const name = 'n'.repeat(64)
    const { headers } = toRawRecord(Buffer.alloc(0), {
      ...receipt,
      traceparent,
      headers: {
        'content-type': 'x'.repeat(10_000),
        'x-hub-signature-256': 'y'.repeat(900),
        'x-other-signature': 'z'.repeat(900),
      },
      channel: { ...channel, name, numberId: '4'.repeat(128), dialect: '360dialog' },
      keys: [
        { strategy: 'hmac', keyId: name },
        { strategy: 'path_token', keyId: name },
        { strategy: 'header', keyId: name },
      ],
    })
    expect(JSON.stringify(headers).length).toBeLessThan(RECORD_OVERHEAD_BYTES_MAX)
  })
})
