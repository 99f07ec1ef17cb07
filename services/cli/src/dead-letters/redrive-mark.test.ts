import { describe, expect, it } from '@jest/globals'
import { parseReadRequest } from '@wabastream/contracts'
import { type OutgoingRecord, type TopicPartition } from '@wabastream/processing'
import { type DeadLetterWithBody } from './dead-letter-queries.ts'
import { redriveMark } from './redrive-mark.ts'

const letter = (body: string): DeadLetterWithBody => ({
  id: '0-1',
  state: 'open',
  letterPartition: 0,
  bytes: body.length,
  reason: 'mark_refused',
  detail: 'shop: refused',
  stage: 'read-receipts',
  generation: 0,
  topic: 'whatsapp.webhooks.raw.v1',
  partition: 2,
  offset: 40,
  itemIndex: 1,
  receiptId: 'receipt',
  channel: 'main',
  receivedAt: 5,
  attempts: 1,
  firstSeenAt: 6,
  redrivenAt: null,
  destination: '',
  body: Buffer.from(body),
})

function aProducer() {
  const sent: { readonly target: TopicPartition; readonly records: readonly OutgoingRecord[] }[] =
    []
  return {
    sent,
    async send(target: TopicPartition, records: readonly OutgoingRecord[]) {
      sent.push({ target, records })
      return { baseOffset: 0 }
    },
  }
}

const named = letter(JSON.stringify({ number: '1', message_id: 'wamid.A' }))

describe('redriving a mark', () => {
  it('asks for the message once more, where it lies', async () => {
    const producer = aProducer()
    expect(await redriveMark({ producer, isDryRun: false }, named)).toBeUndefined()
    expect(producer.sent).toMatchObject([
      { target: { topic: 'whatsapp.read-receipts.v1', partition: 0 } },
    ])
    const value = producer.sent[0]?.records[0]?.value ?? new Uint8Array()
    expect(parseReadRequest(Buffer.from(value).toString())).toMatchObject({
      state: 'requested',
      request: {
        number: '1',
        messageId: 'wamid.A',
        channel: 'main',
        receivedAt: 5,
        place: { partition: 2, offset: 40, itemIndex: 1, receiptId: 'receipt' },
      },
    })
  })

  it('writes nothing on trial', async () => {
    const producer = aProducer()
    expect(await redriveMark({ producer, isDryRun: true }, named)).toBeUndefined()
    expect(producer.sent).toEqual([])
  })

  it.each(['', '{}', '{"number":"1"}', 'null'])(
    'leaves a letter open that holds %j',
    async (body) => {
      const producer = aProducer()
      expect(await redriveMark({ producer, isDryRun: false }, letter(body))).toBe(
        'names no message',
      )
      expect(producer.sent).toEqual([])
    },
  )
})
