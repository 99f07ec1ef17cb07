import { describe, expect, it } from '@jest/globals'
import { toTimelineRow } from '@wabastream/clickhouse'
import { evolve, initialTimeline } from '@wabastream/domain'
import { aStatus, eventually } from '@wabastream/testing'
import { APPENDED_MS, createLaneHarness } from './lane-harness.fixture.ts'

const DAY_MS = 86_400_000
const event = (rawOffset: number) => aStatus('sent', { rawOffset })
const events = (count: number) => Array.from({ length: count }, (_, index) => event(index))

describe('a lane', () => {
  it('inserts first and commits the position behind the batch afterwards', async () => {
    const order: string[] = []
    const harness = await createLaneHarness({
      insert: async () => {
        order.push('insert')
      },
      commit: async () => {
        order.push('commit')
      },
    })
    await harness.add(10, events(3))
    await eventually('the commit', () => harness.commits.length > 0)
    expect(order).toEqual(['insert', 'commit'])
    expect(harness.commits).toEqual([13])
  })

  it('commits a position that only passed markers, without any insert', async () => {
    const harness = await createLaneHarness()
    await harness.add(10, [])
    await eventually('the commit', () => harness.commits.length > 0)
    expect(harness.commits).toEqual([11])
    expect(harness.attempts).toEqual([])
  })

  it('ignores tombstones and passes them', async () => {
    const harness = await createLaneHarness()
    await harness.add(10, [null, event(1), null])
    await eventually('the commit', () => harness.commits.length > 0)
    expect(harness.commits).toEqual([13])
    expect(harness.attempts).toHaveLength(1)
  })

  it.each([
    ['takes the day of the row that exists, begun anywhere but at the start', 10, 19_700],
    ['has seen all there was, begun at the start', 0, 19_600],
  ])('%s', async (_, offset, anchorDay) => {
    const receivedAt = 19_600 * DAY_MS
    const sent = aStatus('sent', { receivedAt, providerTime: receivedAt })
    const data = evolve(initialTimeline(sent), sent)
    const harness = await createLaneHarness({ anchor: { ...data, anchorDay: 19_700 } })
    expect(APPENDED_MS - receivedAt).toBeGreaterThan(45 * DAY_MS)
    await harness.add(offset, [{ type: 'MessageTimeline', data }])
    await harness.lane.drain()
    expect(harness.attempts.map(({ lines }) => JSON.parse(lines))).toEqual([
      toTimelineRow(data, anchorDay),
    ])
  })

  it('sends a failed batch again unchanged, whatever was read meanwhile', async () => {
    let failures = 3
    const harness = await createLaneHarness({
      async insert() {
        if (failures-- > 0) throw new Error('connection refused')
      },
    })
    await harness.add(0, events(2))
    await harness.add(2, events(5))
    await harness.lane.drain()
    const [first, ...later] = harness.attempts.map(({ lines }) => lines)
    expect(later.slice(0, 3)).toEqual([first, first, first])
    expect(later).toHaveLength(4)
    expect(harness.commits).toEqual([2, 7])
  })

  it('stops reading while inserts fail and reads on afterwards', async () => {
    const waiting = Promise.withResolvers<void>()
    let isDown = true
    const harness = await createLaneHarness({
      async insert() {
        if (!isDown) return
        await waiting.promise
        throw new Error('connection refused')
      },
    })
    await harness.add(0, events(1))
    waiting.resolve()
    await eventually('the pause', () => harness.pauses.includes('pause'))
    expect(harness.commits).toEqual([])
    isDown = false
    await eventually('the commit', () => harness.commits.length > 0)
    expect(harness.pauses).toEqual(['pause', 'resume'])
  })

  it('stops reading when a full batch waits behind the one on its way', async () => {
    const waiting = Promise.withResolvers<void>()
    const harness = await createLaneHarness({
      limits: { batchRowsMax: 10 },
      insert: () => waiting.promise,
    })
    await harness.add(0, events(1))
    await harness.add(1, events(9))
    expect(harness.pauses).toEqual([])
    await harness.add(10, events(1))
    expect(harness.pauses).toEqual(['pause'])
    waiting.resolve()
    await eventually('both commits', () => harness.commits.length === 2)
    expect(harness.pauses).toEqual(['pause', 'resume'])
  })

  it('gathers what comes within the interval into one batch', async () => {
    const harness = await createLaneHarness({ limits: { batchIntervalMs: 150 } })
    await harness.add(0, events(1))
    for (let offset = 1; offset < 6; offset += 1) await harness.add(offset, events(1))
    await eventually('the last commit', () => harness.commits.at(-1) === 6)
    expect(harness.attempts.map(({ lines }) => lines.trim().split('\n').length)).toEqual([1, 5])
  })

  it('commits nothing once the partition was taken away', async () => {
    const waiting = Promise.withResolvers<void>()
    const harness = await createLaneHarness({ insert: () => waiting.promise })
    await harness.add(0, events(1))
    await harness.add(1, events(1))
    harness.lane.close()
    waiting.resolve()
    await harness.lane.drain()
    expect(harness.commits).toEqual([])
    expect(harness.attempts).toHaveLength(1)
    expect(harness.broken).toEqual([])
  })

  it('tells a position again that could not be committed', async () => {
    let failures = 1
    const harness = await createLaneHarness({
      async commit() {
        if (failures-- > 0) throw new Error('coordinator moved')
      },
    })
    await harness.add(0, events(2))
    await eventually('the commit', () => harness.commits.length > 0)
    expect(harness.commits).toEqual([2])
    expect(harness.attempts).toHaveLength(1)
  })

  it('ends when it drains although no position can be committed any more', async () => {
    const harness = await createLaneHarness({
      async commit() {
        throw new Error('the group is gone')
      },
    })
    await harness.add(0, events(2))
    await harness.lane.drain()
    expect(harness.attempts).toHaveLength(1)
    expect(harness.broken).toEqual([])
  })

  it('commits nothing behind records that it leaves out while it drains', async () => {
    const waiting = Promise.withResolvers<void>()
    const harness = await createLaneHarness({ insert: () => waiting.promise })
    await harness.add(0, events(2))
    const drained = harness.lane.drain()
    await harness.add(2, events(2))
    await harness.add(4, [])
    waiting.resolve()
    await drained
    await harness.add(5, [])
    await harness.lane.drain()
    expect(harness.attempts).toHaveLength(1)
    expect(harness.commits).toEqual([2])
  })

  it('takes no position from a partition that is gone', async () => {
    const harness = await createLaneHarness()
    await harness.addStale(0, [])
    await harness.lane.drain()
    expect(harness.commits).toEqual([])
  })

  it('refuses a batch that does not begin where the last one ended', async () => {
    const harness = await createLaneHarness()
    await harness.add(0, events(2))
    await expect(harness.add(5, [])).rejects.toThrow('t-0 goes on at 5 instead of 2')
    await harness.lane.drain()
    expect(harness.commits).toEqual([2])
  })

  it('commits nothing behind a batch that it could not write', async () => {
    const waiting = Promise.withResolvers<void>()
    const harness = await createLaneHarness({
      async reject() {
        await waiting.promise
        throw new Error('no letter can be written')
      },
    })
    await harness.add(0, [Buffer.from('no avro')])
    await harness.add(1, events(2))
    waiting.resolve()
    await eventually('the failure', () => harness.broken.length > 0)
    await harness.add(3, events(1))
    await harness.lane.drain()
    expect(harness.commits).toEqual([])
    expect(harness.attempts).toEqual([])
  })

  it('turns bytes that are no record into a rejection before it commits', async () => {
    const harness = await createLaneHarness()
    await harness.add(5, [Buffer.from('no avro'), event(1)])
    await eventually('the commit', () => harness.commits.length > 0)
    const told = harness.rejected.map(({ reason, source: { offset, value } }) => [
      reason,
      offset,
      String(value),
    ])
    expect(told).toEqual([['schema_rejected', 5, 'no avro']])
  })
})
