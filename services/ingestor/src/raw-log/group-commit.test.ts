import { afterEach, describe, expect, it } from '@jest/globals'
import { type OutgoingRecord, PortError } from '@wabastream/processing'
import { eventually } from '@wabastream/testing'
import fc from 'fast-check'
import { Lease } from '../admission/lease.ts'
import { GroupCommit, type GroupCommitOptions, type RecordRoom } from './group-commit.ts'
import { ManualProducer } from './manual-producer.fixture.ts'

interface Setup {
  readonly producer: ManualProducer
  readonly commit: GroupCommit
  readonly released: number[]
  readonly refusals: unknown[]
}

let current: GroupCommit | undefined
let released: number[] = []
afterEach(() => current?.close())

function setUp(options: Partial<GroupCommitOptions> = {}): Setup {
  const producer = new ManualProducer()
  released = []
  const refusals: unknown[] = []
  const commit = new GroupCommit({
    producer,
    topic: 'raw',
    partitionCount: 3,
    batchBytesMax: 1_000,
    inFlightBatchesMax: 1,
    batchSpacingMs: 0,
    ackTimeoutMs: 60_000,
    observer: {
      batchAcked() {},
      recordsRefused: (error) => {
        refusals.push(error)
      },
    },
    ...options,
  })
  current = commit
  return { producer, commit, released, refusals }
}

const record = (text: string): OutgoingRecord => ({ key: null, value: Buffer.from(text) })
const sizes = (bytes: number): RecordRoom => ({
  batchBytes: bytes,
  lease: new Lease(
    {
      giveBack: () => {
        released.push(bytes)
      },
    },
    bytes,
  ),
})
const textsOf = (records: readonly OutgoingRecord[]): readonly string[] =>
  records.map((one) => Buffer.from(one.value ?? []).toString())
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

describe('group commit', () => {
  it('sends what comes in one turn of the loop together', async () => {
    const { commit, producer } = setUp()
    const outcomes = ['a', 'b', 'c'].map((text) => commit.submit(record(text), sizes(1)))
    await turn()
    expect(producer.sends.map((send) => textsOf(send.records))).toEqual([['a', 'b', 'c']])
    producer.sends[0]?.ack()
    expect(await Promise.all(outcomes)).toEqual(['acked', 'acked', 'acked'])
  })

  it('gathers what comes while a batch is under way, and uses the next partition', async () => {
    const { commit, producer } = setUp()
    const first = commit.submit(record('a'), sizes(1))
    await turn()
    const others = ['b', 'c'].map((text) => commit.submit(record(text), sizes(1)))
    await turn()
    expect(producer.sends).toHaveLength(1)
    producer.sends[0]?.ack()
    await first
    await turn()
    expect(producer.sends.map((send) => send.partition)).toEqual([0, 1])
    expect(textsOf(producer.sends[1]?.records ?? [])).toEqual(['b', 'c'])
    producer.sends[1]?.ack()
    await Promise.all(others)
  })

  it('keeps a distance between batches, but lets the first one go at once', async () => {
    const { commit, producer } = setUp({ batchSpacingMs: 50 })
    producer.isAutomatic = true
    const sinceMs = performance.now()
    expect(await commit.submit(record('a'), sizes(1))).toBe('acked')
    expect(performance.now() - sinceMs).toBeLessThan(50)
    expect(await commit.submit(record('b'), sizes(1))).toBe('acked')
    expect(performance.now() - sinceMs).toBeGreaterThanOrEqual(49)
    expect(producer.sends.map((send) => textsOf(send.records))).toEqual([['a'], ['b']])
  })

  it('lets a batch that has company enough go sooner', async () => {
    const { commit, producer } = setUp({ batchSpacingMs: 60_000 })
    producer.isAutomatic = true
    await commit.submit(record('a'), sizes(1))
    await Promise.all(Array.from({ length: 64 }, () => commit.submit(record('b'), sizes(1))))
    expect(producer.sends.map((send) => send.records.length)).toEqual([1, 64])
  })

  it.each([
    ['pack as well as many small ones', 1_000_000, [100_000, 100_000]],
    ['fill a batch', 1_000, [600, 400]],
    ['are one that is larger than a batch', 1_000, [2_000_000]],
  ])('lets records go sooner that %s', async (_, batchBytesMax, bytes) => {
    const { commit, producer } = setUp({ batchSpacingMs: 60_000, batchBytesMax })
    producer.isAutomatic = true
    await commit.submit(record('a'), sizes(1))
    for (const sends of [2, 3]) {
      const sinceMs = performance.now()
      await eventually('the least time is over', () => performance.now() - sinceMs > 5)
      const sent = bytes.map((one) => commit.submit(record('b'), sizes(one)))
      await turn()
      expect(producer.sends).toHaveLength(sends)
      await Promise.all(sent)
    }
    // What comes after them has no company again.
    const alone = commit.submit(record('c'), sizes(1))
    await turn()
    expect(producer.sends).toHaveLength(3)
    void commit.submit(record('d'), sizes(1))
    expect(await alone).toBe('acked')
  })

  it('does not wait for company when all who send wait for their answer', async () => {
    const { commit, producer } = setUp({ batchSpacingMs: 60_000 })
    producer.isAutomatic = true
    await commit.submit(record('a'), sizes(1))
    for (let round = 0; round < 3; round++) {
      await Promise.all(['b', 'c'].map((text) => commit.submit(record(text), sizes(1))))
    }
    expect(producer.sends.map((send) => send.records.length)).toEqual([1, 2, 2, 2])
  })

  it('acks nothing before the producer does', async () => {
    const { commit, producer } = setUp()
    let outcome: string | undefined
    void commit.submit(record('a'), sizes(1)).then((result) => {
      outcome = result
    })
    await turn()
    await turn()
    expect(outcome).toBeUndefined()
    producer.sends[0]?.ack()
    await turn()
    expect(outcome).toBe('acked')
  })

  it('keeps a batch within its bytes, and lets one that is larger go alone', async () => {
    const { commit, producer } = setUp()
    producer.isAutomatic = true
    await Promise.all(
      [600, 300, 200, 5_000, 10].map((bytes, index) =>
        commit.submit(record(String(index)), sizes(bytes)),
      ),
    )
    expect(producer.sends.map((send) => textsOf(send.records))).toEqual([
      ['0', '1'],
      ['2'],
      ['3'],
      ['4'],
    ])
  })

  it('bypasses a partition that does not answer', async () => {
    const { commit, producer } = setUp({ inFlightBatchesMax: 2 })
    void commit.submit(record('stuck'), sizes(1))
    await turn()
    producer.isAutomatic = true
    for (const text of ['a', 'b', 'c', 'd']) {
      expect(await commit.submit(record(text), sizes(1))).toBe('acked')
    }
    expect(producer.sends.map((send) => send.partition)).toEqual([0, 1, 2, 1, 2])
  })

  it('refuses the one record that Kafka refuses, and keeps the others', async () => {
    const { commit, producer, refusals } = setUp()
    const tooLarge = new PortError('records_refused', 'too large')
    producer.send = (target, records) =>
      textsOf(records).includes('bad')
        ? Promise.reject(tooLarge)
        : ManualProducer.prototype.send.call(producer, target, records)
    producer.isAutomatic = true
    const texts = ['a', 'b', 'bad', 'c', 'd']
    const outcomes = await Promise.all(texts.map((text) => commit.submit(record(text), sizes(1))))
    expect(outcomes).toEqual(['acked', 'acked', 'refused', 'acked', 'acked'])
    expect(textsOf(producer.records)).toEqual(['a', 'b', 'c', 'd'])
    expect(refusals).toEqual([tooLarge])
  })

  it('gives a batch up at once when the producer was closed', async () => {
    const { commit, producer, refusals } = setUp()
    const outcomes = ['a', 'b'].map((text) => commit.submit(record(text), sizes(1)))
    await turn()
    producer.sends[0]?.refuse(new Error('closed'))
    expect(await Promise.all(outcomes)).toEqual(['refused', 'refused'])
    expect([producer.sends.length, refusals.length]).toEqual([1, 1])
  })

  it('is worth trying until every batch that may be under way is stuck', async () => {
    const { commit, producer } = setUp({ inFlightBatchesMax: 2 })
    expect(commit.isWorthTrying()).toBe(true)
    void commit.submit(record('stuck'), sizes(1))
    await turn()
    expect(commit.isWorthTrying()).toBe(false)
    await eventually('another try is worth it', () => commit.isWorthTrying())
    void commit.submit(record('acked'), sizes(1))
    await turn()
    producer.sends[1]?.ack()
    await eventually('the ack counts', () => commit.isWorthTrying())
    void commit.submit(record('stuck too'), sizes(1))
    await eventually('both are under way', () => producer.sends.length === 3)
    await eventually('the ack is long ago', () => !commit.isWorthTrying())
  })

  it('answers after the ack timeout, whether the record was sent or still waits', async () => {
    const { commit, producer, released } = setUp({ ackTimeoutMs: 50 })
    const sent = commit.submit(record('sent'), sizes(7))
    await turn()
    const waiting = commit.submit(record('waiting'), sizes(8))
    expect(await Promise.all([sent, waiting])).toEqual(['timed_out', 'timed_out'])
    expect(released).toEqual([8])
    producer.sends[0]?.ack()
    await commit.drain()
    expect(released).toEqual([8, 7])
    expect(textsOf(producer.records)).toEqual(['sent'])
  })

  it('drains when the last batch is done', async () => {
    const { commit, producer } = setUp()
    await commit.drain()
    void commit.submit(record('a'), sizes(1))
    let isDrained = false
    const drained = commit.drain().then(() => {
      isDrained = true
    })
    await eventually('the batch is sent', () => producer.sends.length === 1)
    expect(isDrained).toBe(false)
    producer.sends[0]?.ack()
    await drained
  })

  it('acks, sends and releases each record exactly once, in order', async () => {
    const arrivals = fc.array(fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 5 }))
    await fc.assert(
      fc.asyncProperty(arrivals, async (turns) => {
        const { commit, producer, released } = setUp()
        producer.isAutomatic = true
        const outcomes: Promise<string>[] = []
        for (const bytes of turns) {
          for (const size of bytes) {
            outcomes.push(commit.submit(record(String(outcomes.length)), sizes(size)))
          }
          await turn()
        }
        expect(new Set(await Promise.all(outcomes)).size).toBe(outcomes.length === 0 ? 0 : 1)
        await commit.drain()
        expect(textsOf(producer.records)).toEqual(outcomes.map((_, index) => String(index)))
        expect(released).toEqual(turns.flat())
        commit.close()
      }),
      { numRuns: 50 },
    )
  })
})
