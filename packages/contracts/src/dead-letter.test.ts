import { describe, expect, it } from '@jest/globals'
import { type Failure, toDeadLetter, toDeadLetterRecord, toFittingLetter } from './dead-letter.ts'

const failure: Failure = {
  reason: 'schema_rejected',
  detail: 'no record of ours',
  stage: 'decoder',
  generation: 2,
  topic: 't',
  partition: 3,
  offset: 41,
  receivedAt: 1_700_000_000_000,
  body: Buffer.from('body'),
}

describe('a dead letter', () => {
  it('is open, tried once, and about the whole record where no item is named', () => {
    const open = { attempts: 1, firstSeenAt: null, redrivenAt: null }
    const whole = { itemIndex: -1, receiptId: '', channel: '', destination: '' }
    expect(toDeadLetter(failure)).toEqual({ ...failure, ...open, ...whole })
    const item = { itemIndex: 4, receiptId: 'r', channel: 'main', destination: 'crm' }
    expect(toDeadLetter({ ...failure, ...item })).toEqual({ ...failure, ...open, ...item })
  })

  it('holds a detail that anybody can write and read', () => {
    const { detail } = toDeadLetter({ ...failure, detail: `\ud800${'x'.repeat(2_000)}` })
    expect(detail).toBe(`\ufffd${'x'.repeat(999)}`)
  })

  it('is cut if a record could not hold it, and says so', () => {
    const { body, detail } = toDeadLetter({ ...failure, body: Buffer.alloc(3_600_000) })
    expect(body).toHaveLength(3_500_000)
    expect(detail).toBe('no record of ours (first 3500000 of 3600000 bytes)')
    expect(toFittingLetter(toDeadLetter(failure), 4)).toEqual(toDeadLetter(failure))
  })

  it('is sent in a record that carries when the webhook was received', () => {
    const value = Buffer.from('encoded')
    const letter = toDeadLetter(failure)
    expect(toDeadLetterRecord(letter, { encode: () => value })).toEqual({
      key: null,
      value,
      headers: { 'received-at': '1700000000000' },
    })
  })
})
