import { describe, expect, it } from '@jest/globals'
import { type DeadLetter, type WireRecord } from '@wabastream/contracts'
import { type OutgoingRecord, type TopicPartition } from '../ports/record.ts'
import { type RejectedRecord } from '../ports/rejected-record.ts'
import { createDeadLetterSender, type DeadLetterCodec } from './dead-letter-sender.ts'

/** Encodes to as many bytes as the letter's body has. */
function createTestCodec(): DeadLetterCodec {
  const letters = new Map<Uint8Array, WireRecord>()
  return {
    encode(type, data: DeadLetter) {
      const value = new Uint8Array(data.body.length)
      letters.set(value, { type, data })
      return value
    },
    decode(value) {
      const letter = letters.get(value)
      if (letter === undefined) throw new Error('no record of ours')
      return letter
    },
  }
}

async function sent(records: readonly RejectedRecord[]) {
  const codec = createTestCodec()
  const sends: { readonly target: TopicPartition; readonly records: readonly OutgoingRecord[] }[] =
    []
  const send = createDeadLetterSender({
    codec,
    topic: 'letters',
    partitions: 4,
    generation: 3,
    stage: 'clickhouse-sink',
    producer: {
      async send(target, given) {
        sends.push({ target, records: given })
        return { baseOffset: 0 }
      },
    },
  })
  await send({ topic: 'events', partition: 9 }, records)
  const letters = sends
    .flatMap((each) => each.records)
    .map(({ value }) => (value === null ? null : codec.decode(value).data))
  return { sends, letters }
}

const rejected = (offset: number, bytes: number): RejectedRecord => ({
  reason: 'sink_rejected',
  detail: `errors: ${'x'.repeat(2_000)}`,
  source: { offset, receivedAtMs: 1_700_000_000_000, value: Buffer.alloc(bytes, 7) },
})

describe('the sender of dead letters', () => {
  it('says where the record is and holds its bytes', async () => {
    const { sends, letters } = await sent([rejected(41, 3)])
    expect(sends[0]?.target).toEqual({ topic: 'letters', partition: 1 })
    expect(sends[0]?.records[0]?.headers).toEqual({ 'received-at': '1700000000000' })
    expect(letters[0]).toMatchObject({
      reason: 'sink_rejected',
      stage: 'clickhouse-sink',
      generation: 3,
      topic: 'events',
      partition: 9,
      offset: 41,
      itemIndex: -1,
      body: Buffer.alloc(3, 7),
    })
  })

  it('cuts what no record could hold, and says so', async () => {
    const { letters } = await sent([rejected(1, 4_100_000)])
    expect(letters[0]).toMatchObject({
      detail: expect.stringContaining('first 3500000 of 4100000 bytes'),
    })
  })

  it('splits many letters into sends that a broker takes', async () => {
    const { sends, letters } = await sent(
      [1, 2, 3, 4, 5].map((offset) => rejected(offset, 400_000)),
    )
    expect(sends.map(({ records }) => records.length)).toEqual([2, 2, 1])
    expect(letters).toHaveLength(5)
  })
})
