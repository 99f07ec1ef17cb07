import { describe, expect, it } from '@jest/globals'
import { type WireRecord } from '@wabastream/contracts'
import { KafkaError } from '@wabastream/kafka'
import { type BatchContext, type OutgoingRecord, type Position } from '@wabastream/processing'
import { createAvroCodec, createInMemorySchemaStore } from '@wabastream/schema-registry'
import { createBatchHandler } from './decoder.ts'
import { type DecodedFacts } from './decoder-metrics.ts'
import { message, rawBatch, status, webhook } from '@wabastream/testing'

const codec = createAvroCodec({ store: createInMemorySchemaStore() })
await codec.register()
const NOTHING = new Uint8Array()
const context: BatchContext = { heartbeat: async () => {}, isStale: () => false }

/** A topic store in memory that refuses records over a size, and fails as requested. */
function createBench(
  options: { readonly valueBytesMax?: number; readonly failures?: Error[] } = {},
) {
  const { valueBytesMax = Infinity, failures = [] } = options
  const log: string[] = []
  const stored = new Map<string, WireRecord[]>()
  const observed: DecodedFacts[] = []
  const positions: Position[] = []
  const sizes: number[] = []
  const onBatch = createBatchHandler({
    codec,
    generation: 1,
    now: () => 0,
    targets: {
      events: { topic: 'events', partitions: 1 },
      decoded: { topic: 'decoded', partitions: 3 },
      deadLetters: { topic: 'dead-letters', partitions: 2 },
    },
    observe: (facts) => {
      observed.push(facts)
    },
    consumer: {
      async commit(committed) {
        log.push('commit')
        positions.push(...committed)
      },
    },
    producer: {
      async send({ topic }, records: readonly OutgoingRecord[]) {
        const failure = failures.shift()
        if (failure !== undefined) throw failure
        if (records.some(({ value }) => (value?.length ?? 0) > valueBytesMax)) {
          throw new KafkaError('records_refused', 'too large')
        }
        log.push(topic)
        sizes.push(records.length)
        const decoded = records.map(({ value }) => codec.decode(value ?? NOTHING))
        stored.set(topic, [...(stored.get(topic) ?? []), ...decoded])
        return { baseOffset: 0 }
      },
    },
  })
  const dataOf = (topic: string) => (stored.get(topic) ?? []).map(({ data }) => data)
  return { onBatch, log, dataOf, observed, positions, sizes }
}

describe('a batch', () => {
  it('is committed after everything that follows from it is durable', async () => {
    const { onBatch, log, dataOf, positions } = createBench()
    await onBatch(rawBatch([webhook({ statuses: [status('a')] }), 'bad']), context)
    expect(log).toEqual(['events', 'decoded', 'dead-letters', 'commit'])
    expect(positions).toEqual([{ topic: 'raw', partition: 2, offset: 102 }])
    expect(dataOf('decoded')).toMatchObject([
      {
        rawPartition: 2,
        firstOffset: 100,
        verdicts: [{ verdict: 'decoded' }, { verdict: 'undecodable' }],
      },
    ])
  })

  it('is not committed when something cannot be sent', async () => {
    const { onBatch, log } = createBench({ failures: [new KafkaError('closed', 'closed')] })
    const batch = rawBatch([webhook({ statuses: [status('a')] })])
    await expect(onBatch(batch, context)).rejects.toThrow('closed')
    expect(log).toEqual([])
  })

  it('waits for room in the producer', async () => {
    const { onBatch, log } = createBench({ failures: [new KafkaError('queue_full', 'full')] })
    await onBatch(rawBatch([webhook({ statuses: [status('a')] })]), context)
    expect(log).toEqual(['events', 'decoded', 'commit'])
  })

  it('without records moves the position on', async () => {
    const { onBatch, log, positions } = createBench()
    await onBatch({ ...rawBatch([]), nextOffset: 105 }, context)
    expect(log).toEqual(['commit'])
    expect(positions).toMatchObject([{ offset: 105 }])
  })

  it('of many records has its verdicts split', async () => {
    const { onBatch, dataOf } = createBench()
    await onBatch(rawBatch(Array<unknown>(2_500).fill(webhook({}))), context)
    const deltas = dataOf('decoded').flatMap((data) =>
      'verdicts' in data
        ? data.verdicts.map(({ offsetDelta }) => offsetDelta + data.firstOffset)
        : [],
    )
    expect(dataOf('decoded').length).toBe(3)
    expect(deltas).toEqual(Array.from({ length: 2_500 }, (_, index) => 100 + index))
  })
})

describe('a batch full of bad items', () => {
  it('is delivered and committed piece by piece', async () => {
    const { onBatch, log, observed, positions, sizes } = createBench()
    const body = webhook({ statuses: Array<unknown>(12_000).fill(5) })
    await onBatch(rawBatch([body, body, body]), context)
    expect(positions.map(({ offset }) => offset)).toEqual([102, 103])
    expect(log.filter((what) => what === 'dead-letters')).toHaveLength(36)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000)
    expect(observed.map(({ deadLetters }) => deadLetters.length)).toEqual([24_000, 12_000])
  })
})

describe('an event that Kafka refuses', () => {
  const large = message('large', { text: { body: 'x'.repeat(110_000) } })
  const batch = rawBatch([
    webhook({ messages: [message('a'), large] }),
    webhook({ statuses: [status('b'), status('c')] }),
  ])

  it('becomes a dead letter and takes no other with it', async () => {
    const { onBatch, dataOf, observed } = createBench({ valueBytesMax: 100_000 })
    await onBatch(batch, context)
    const ids = dataOf('events').map((data) => 'messageId' in data && data.messageId)
    expect(new Set(ids)).toEqual(new Set(['a', 'b', 'c']))
    expect(dataOf('decoded')).toMatchObject([
      {
        verdicts: [
          { verdict: 'partial', messages: 2, events: 1, deadLetters: 1 },
          { verdict: 'decoded', statuses: 2, events: 2, deadLetters: 0 },
        ],
      },
    ])
    expect(observed[0]?.deadLetters).toMatchObject([
      { reason: 'too_large', offset: 100, itemIndex: 1, receiptId: 'receipt-100' },
    ])
    expect(dataOf('dead-letters')).toMatchObject([
      { reason: 'too_large', detail: expect.stringContaining('first 65536 of'), itemIndex: 1 },
    ])
  })
})
