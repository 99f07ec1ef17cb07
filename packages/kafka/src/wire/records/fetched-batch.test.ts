import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { FetchedBatch, type PartitionAnswer } from './fetched-batch.ts'
import { createRequestFrame, produceRequest as request } from './produce-request.ts'
import { decodeRecords as decode } from './record-batches.ts'
import { crc32c } from './crc32c.ts'
import { asFetched, loadShippedClient, movedTo, recordSetsOf } from './shipped-client.fixture.ts'

// Logs are built of transactions of a few producers that overlap in one partition. What a reader
// must see follows from how each transaction ended, and not from the filter's own rules.

const shipped = loadShippedClient()
const frame = createRequestFrame(shipped.createRequestFrame)

interface Step {
  readonly producer: number
  readonly does: 'write' | 'commit' | 'abort' | 'plain'
  readonly count: number
}

interface Log {
  readonly answer: PartitionAnswer
  readonly visible: readonly number[]
  readonly end: number
}

const CONTROL = 32

async function encodeBatch(
  base: number,
  producer: number,
  options: {
    readonly values: readonly (string | Buffer)[]
    readonly keys?: readonly Buffer[]
    readonly isTransactional: boolean
  },
): Promise<Buffer> {
  const messages = options.values.map((value, i) => ({ value, key: options.keys?.[i] ?? null }))
  const body = request({
    acks: -1,
    timeout: 1,
    producerId: producer,
    producerEpoch: 0,
    transactionalId: options.isTransactional ? 'tx' : null,
    topicData: [{ topic: 't', partitions: [{ partition: 0, messages }] }],
  })
  const { buffer } = await frame({ correlationId: 1, clientId: 'c', request: body })
  return movedTo(recordSetsOf(buffer)[0] ?? Buffer.alloc(0), base)
}

async function encodeMarker(base: number, producer: number, isCommit: boolean): Promise<Buffer> {
  const batch = await encodeBatch(base, producer, {
    values: [Buffer.alloc(6)],
    keys: [Buffer.from([0, 0, 0, isCommit ? 1 : 0])],
    isTransactional: true,
  })
  batch.writeInt16BE(batch.readInt16BE(21) | CONTROL, 21)
  batch.writeUInt32BE(crc32c(batch, 21, batch.length), 17)
  return batch
}

async function buildLog(steps: readonly Step[]): Promise<Log> {
  const sets: Buffer[] = []
  const open = new Map<number, number[]>()
  const visible: number[] = []
  const aborted: { producerId: string; firstOffset: string }[] = []
  let end = 0
  for (const { count, does, producer } of steps) {
    const offsets = Array.from({ length: count }, (_, i) => end + i)
    const values = offsets.map((offset) => `v${offset}`)
    if (does === 'plain' || does === 'write') {
      sets.push(
        await encodeBatch(end, producer + (does === 'plain' ? 100 : 0), {
          values,
          isTransactional: does === 'write',
        }),
      )
      if (does === 'plain') visible.push(...offsets)
      else open.set(producer, [...(open.get(producer) ?? []), ...offsets])
      end += count
    } else if (open.has(producer)) {
      const written = open.get(producer) ?? []
      open.delete(producer)
      sets.push(await encodeMarker(end++, producer, does === 'commit'))
      if (does === 'commit') visible.push(...written)
      else aborted.push({ producerId: String(producer), firstOffset: String(written[0]) })
    }
  }
  const messages = await decode(new shipped.Decoder(asFetched(...sets)))
  const unfinished = new Set([...open.values()].flat())
  const answer = {
    partition: 3,
    highWatermark: String(end),
    messages,
    // The broker sends the list in the order in which the transactions ended. A transaction that
    // never ended is above the last stable offset and would not be in the answer: here it counts as
    // aborted.
    abortedTransactions: [
      ...aborted,
      ...[...open].map(([producer, offsets]) => ({
        producerId: String(producer),
        firstOffset: String(offsets[0]),
      })),
    ],
  }
  return {
    answer,
    visible: visible.filter((offset) => !unfinished.has(offset)).sort((a, b) => a - b),
    end,
  }
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    producer: fc.integer({ min: 1, max: 3 }),
    does: fc.constantFrom<Step['does']>('write', 'write', 'commit', 'abort', 'plain'),
    count: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 25 },
)

const offsetsOf = ({ messages }: FetchedBatch): readonly number[] =>
  messages.map(({ offset }) => offset)

describe('batch of a fetch', () => {
  it('shows exactly the committed records, however transactions overlap', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(30), async (all, from) => {
        const { answer, end, visible } = await buildLog(all)
        const start = Math.min(from, end)
        const batch = new FetchedBatch('t', String(start), answer)
        expect(offsetsOf(batch)).toEqual(visible.filter((offset) => offset >= start))
        expect(batch.nextOffset).toBe(Math.max(start, end))
      }),
      { numRuns: 300 },
    )
  }, 60_000)

  it('drops two overlapping aborted transactions, unlike the shipped client', async () => {
    const { answer } = await buildLog([
      { producer: 1, does: 'write', count: 1 },
      { producer: 2, does: 'write', count: 1 },
      { producer: 1, does: 'write', count: 1 },
      { producer: 2, does: 'abort', count: 1 },
      { producer: 1, does: 'abort', count: 1 },
      { producer: 3, does: 'plain', count: 1 },
    ])
    expect(offsetsOf(new FetchedBatch('t', '0', answer))).toEqual([5])
  })

  it('moves its position past markers when no record is left', async () => {
    const { answer } = await buildLog([
      { producer: 1, does: 'write', count: 2 },
      { producer: 1, does: 'abort', count: 1 },
    ])
    const batch = new FetchedBatch('t', '0', answer)
    expect(offsetsOf(batch)).toEqual([])
    expect(batch.nextOffset).toBe(3)
    expect(batch.lastOffset()).toBe('2')
    expect(batch.offsetLag()).toBe('0')
  })

  it('moves its position past a batch that compaction emptied', async () => {
    const set = await encodeBatch(7, 1, { values: [], isTransactional: false })
    set.writeInt32BE(4, 23)
    set.writeUInt32BE(crc32c(set, 21, set.length), 17)
    const messages = await decode(new shipped.Decoder(asFetched(set)))
    const batch = new FetchedBatch('t', '7', { partition: 0, highWatermark: '12', messages })
    expect(batch.nextOffset).toBe(12)
  })

  it('stays where it is when the answer holds nothing', () => {
    const messages = { records: [], batches: [], damage: null }
    const batch = new FetchedBatch('t', '5', { partition: 0, highWatermark: '9', messages })
    expect([batch.nextOffset, batch.endOffset, batch.firstOffset()]).toEqual([5, 9, null])
    // The client's runner must hand it on all the same.
    expect([batch.isEmpty(), batch.isEmptyDueToFiltering()]).toEqual([false, false])
  })
})
