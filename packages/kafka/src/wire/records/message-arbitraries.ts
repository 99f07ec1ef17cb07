import fc from 'fast-check'
import { type ProduceOptions } from './produce-request.ts'
import { type Bytes, type WireMessage } from './record-writer.ts'

// Sizes around the limits of varints and of the fast paths.
const sizes = [0, 1, 23, 24, 25, 39, 40, 41, 63, 64, 65, 600, 8191, 8192, 8193]

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(...sizes).map((size) => 'k'.repeat(size)),
  fc.constantFrom('é'.repeat(70), '日本語🙂'.repeat(9)),
)
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
  fc.constantFrom(...sizes).map((size) => Buffer.alloc(size, 7)),
)
const value: fc.Arbitrary<Bytes> = fc.oneof(text, bytes)
const headerName = fc.oneof(
  fc.constantFrom('id', 'received-at', 'é-name', 'n'.repeat(40)),
  fc.string({ minLength: 1, maxLength: 12 }).map((name) => `x${name}`),
)
const headers = fc.dictionary(
  headerName,
  fc.oneof(value, fc.array(value, { minLength: 2, maxLength: 3 })),
  { maxKeys: 4 },
)

const message: fc.Arbitrary<WireMessage> = fc.record(
  {
    value: fc.option(value, { freq: 9 }),
    key: fc.option(value, { freq: 9 }),
    headers,
  },
  { requiredKeys: ['value'] },
)

export type TimestampKind = 'none' | 'numbers' | 'texts'

/** Messages whose times the shipped client handles correctly: all given and growing, or none. */
function messages(kind: TimestampKind): fc.Arbitrary<WireMessage[]> {
  const first = fc.integer({ min: 1_600_000_000_000, max: 1_700_000_000_000 })
  const list = fc.array(fc.tuple(message, fc.nat(3_000_000)), { minLength: 1, maxLength: 30 })
  if (kind === 'none') return list.map((all) => all.map(([one]) => one))
  return fc.tuple(first, list).map(([start, all]) => {
    let time = start
    return all.map(([one, step]) => {
      time += step
      return { ...one, timestamp: kind === 'texts' ? String(time) : time }
    })
  })
}

export const produceOptions: fc.Arbitrary<ProduceOptions> = fc
  .constantFrom<TimestampKind>('none', 'numbers', 'texts')
  .chain((kind) => {
    const partition = fc.record({
      partition: fc.nat(100),
      firstSequence: fc.nat(1_000_000),
      messages: messages(kind),
    })
    const topic = fc.record({
      topic: fc.constantFrom('topic', 'topic-é', 'whatsapp.events.v1.g1'),
      partitions: fc.array(partition, { minLength: 1, maxLength: 3 }),
    })
    return fc.record({
      acks: fc.constantFrom(-1, 0, 1),
      timeout: fc.nat(30_000),
      transactionalId: fc.constantFrom(undefined, null, 'tx-7'),
      producerId: fc.constantFrom('-1', '7', '123456789012', -1),
      producerEpoch: fc.nat(30_000),
      topicData: fc.array(topic, { minLength: 1, maxLength: 2 }),
    })
  })

export const clientIds = fc.constantFrom('bench', 'é', 'c'.repeat(300), null)
