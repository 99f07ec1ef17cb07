import { describe, expect, it } from '@jest/globals'
import { type DeadLetter, toDeadLetter } from '@wabastream/contracts'
import { PortError } from '../ports/port-error.ts'
import { type OutgoingRecord, type TopicPartition } from '../ports/record.ts'
import { sendLetters } from './send-letters.ts'

const target = { topic: 'letters', partition: 2 }

function letterOf(offset: number, bytes: number): DeadLetter {
  return toDeadLetter({
    reason: 'schema_rejected',
    detail: '',
    stage: 'decoder',
    generation: 1,
    topic: 't',
    partition: 0,
    offset,
    receivedAt: 1_700_000_000_000,
    body: new Uint8Array(bytes),
  })
}

/** A broker that takes what `isTaken` says, and the letters of each send that it took. */
function createBroker(isTaken: (letter: DeadLetter) => boolean = () => true) {
  const letters = new Map<unknown, DeadLetter>()
  const targets: TopicPartition[] = []
  const taken: (readonly DeadLetter[])[] = []
  let encoded = 0
  return {
    targets,
    taken,
    encoded: () => encoded,
    codec: {
      encode(_type: 'DeadLetter', letter: DeadLetter) {
        const value = new Uint8Array(letter.body.length)
        letters.set(value, letter)
        encoded += 1
        return value
      },
    },
    async send(to: TopicPartition, records: readonly OutgoingRecord[]) {
      const sent = records.flatMap(({ value }) => letters.get(value) ?? [])
      if (!sent.every(isTaken)) throw new PortError('records_refused', 'too large')
      targets.push(to)
      taken.push(sent)
    },
  }
}

describe('letters that are sent', () => {
  it('go in order, at most a thousand at a time', async () => {
    const broker = createBroker()
    await sendLetters(
      target,
      Array.from({ length: 2_001 }, (_, offset) => letterOf(offset, 1)),
      broker,
    )
    expect(broker.taken.map(({ length }) => length)).toEqual([1_000, 1_000, 1])
    expect(broker.taken.flat().map(({ offset }) => offset)).toEqual(Array.from(Array(2_001).keys()))
    expect(new Set(broker.targets)).toEqual(new Set([target]))
  })

  it('are not encoded before they are sent', async () => {
    const broker = createBroker()
    const encodedAtSend: number[] = []
    await sendLetters(
      target,
      [1, 2, 3, 4].map((offset) => letterOf(offset, 900_000)),
      {
        codec: broker.codec,
        send: async () => {
          encodedAtSend.push(broker.encoded())
        },
      },
    )
    // The next one says that the send is full.
    expect(encodedAtSend).toEqual([2, 3, 4, 4])
  })

  it('go alone if one is larger than a send', async () => {
    const broker = createBroker()
    await sendLetters(target, [letterOf(1, 10), letterOf(2, 2_000_000), letterOf(3, 10)], broker)
    expect(broker.taken.map((some) => some.map(({ offset }) => offset))).toEqual([[1], [2], [3]])
  })

  it('follow with a cut body if Kafka refuses them', async () => {
    const broker = createBroker(({ body }) => body.length <= 100_000)
    await sendLetters(target, [letterOf(1, 10), letterOf(2, 200_000), letterOf(3, 10)], broker)
    const offsets = broker.taken.flat().map(({ offset }) => offset)
    expect(offsets).toEqual([1, 3, 2])
    expect(broker.taken.at(-1)).toMatchObject([
      { body: { length: 65_536 }, detail: expect.stringContaining('first 65536 of 200000 bytes') },
    ])
  })

  it('fail when the send fails', async () => {
    const send = () => Promise.reject(new PortError('closed', 'closed'))
    const sending = sendLetters(target, [letterOf(1, 1)], { codec: createBroker().codec, send })
    await expect(sending).rejects.toMatchObject({ code: 'closed' })
  })

  it('cause no request if there are none', async () => {
    const broker = createBroker()
    await sendLetters(target, [], broker)
    expect(broker.taken).toEqual([])
  })
})
