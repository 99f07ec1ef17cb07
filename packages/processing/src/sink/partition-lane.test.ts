import { describe, expect, it } from '@jest/globals'
import { createLaneHarness, UNREADABLE, until } from './lane-harness.fixture.ts'

const event = (number: number) => `event ${number}`
const events = (count: number) => Array.from({ length: count }, (_, index) => event(index))

describe('a lane', () => {
  it('inserts first and then commits the position after the batch', async () => {
    const order: string[] = []
    const harness = createLaneHarness({
      insert: async () => {
        order.push('insert')
      },
      commit: async () => {
        order.push('commit')
      },
    })
    await harness.add(10, events(3))
    await until('the commit', () => harness.commits.length > 0)
    expect(order).toEqual(['insert', 'commit'])
    expect(harness.commits).toEqual([13])
  })

  it('commits a position that only passed markers, without any insert', async () => {
    const harness = createLaneHarness()
    await harness.add(10, [])
    await until('the commit', () => harness.commits.length > 0)
    expect(harness.commits).toEqual([11])
    expect(harness.attempts).toEqual([])
  })

  it('ignores tombstones and passes them', async () => {
    const harness = createLaneHarness()
    await harness.add(10, [null, event(1), null])
    await until('the commit', () => harness.commits.length > 0)
    expect(harness.commits).toEqual([13])
    expect(harness.attempts).toHaveLength(1)
  })

  it.each([
    ['not seen from its start, begun anywhere but there', 10, false],
    ['seen from its start, begun there', 0, true],
  ])('opens its partition once, as %s', async (_, offset, isFromStart) => {
    const harness = createLaneHarness()
    await harness.add(offset, events(1))
    await harness.add(offset + 1, events(1))
    await harness.lane.drain()
    expect(harness.opened).toEqual([expect.objectContaining({ partition: 0, isFromStart })])
  })

  it('sends a failed batch again unchanged, whatever was read meanwhile', async () => {
    let failures = 3
    const harness = createLaneHarness({
      async insert() {
        if (failures-- > 0) throw new Error('connection refused')
      },
    })
    await harness.add(0, events(2))
    await until('the insert', () => harness.attempts.length > 0)
    await harness.add(2, events(5))
    await harness.lane.drain()
    const [first, ...later] = harness.attempts.map(({ lines }) => lines)
    expect(later.slice(0, 3)).toEqual([first, first, first])
    expect(later).toHaveLength(4)
    expect(harness.commits).toEqual([2, 7])
  })

  it('stops reading while inserts fail, and then reads on', async () => {
    const waiting = Promise.withResolvers<void>()
    let isDown = true
    const harness = createLaneHarness({
      async insert() {
        if (!isDown) return
        await waiting.promise
        throw new Error('connection refused')
      },
    })
    await harness.add(0, events(1))
    waiting.resolve()
    await until('the pause', () => harness.pauses.includes('pause'))
    expect(harness.commits).toEqual([])
    isDown = false
    await until('the commit', () => harness.commits.length > 0)
    expect(harness.pauses).toEqual(['pause', 'resume'])
  })

  it('stops reading when a full batch waits behind the one on its way', async () => {
    const waiting = Promise.withResolvers<void>()
    const harness = createLaneHarness({
      limits: { batchRowsMax: 10 },
      insert: () => waiting.promise,
    })
    await harness.add(0, events(1))
    await until('the insert', () => harness.attempts.length > 0)
    await harness.add(1, events(9))
    expect(harness.pauses).toEqual([])
    await harness.add(10, events(1))
    expect(harness.pauses).toEqual(['pause'])
    waiting.resolve()
    await until('both commits', () => harness.commits.length === 2)
    expect(harness.pauses).toEqual(['pause', 'resume'])
  })

  it('sends a full batch at once, and the rest when its time has come', async () => {
    const harness = createLaneHarness({
      gather: { promptMs: 60_000 },
      limits: { batchRowsMax: 10 },
    })
    await harness.add(0, events(10))
    await until('the commit', () => harness.commits.length > 0)
    await harness.add(10, events(9))
    expect(harness.attempts).toHaveLength(1)
    await harness.lane.drain()
    expect(harness.commits).toEqual([10, 19])
  })

  it('gathers what comes within its time into one batch', async () => {
    const harness = createLaneHarness({ gather: { promptMs: 150 } })
    await harness.add(0, events(1))
    for (let offset = 1; offset < 6; offset += 1) await harness.add(offset, events(1))
    await until('the last commit', () => harness.commits.at(-1) === 6)
    expect(harness.attempts.map(({ lines }) => lines.trim().split('\n').length)).toEqual([6])
  })

  it('commits nothing once the partition was taken away', async () => {
    const waiting = Promise.withResolvers<void>()
    const harness = createLaneHarness({ insert: () => waiting.promise })
    await harness.add(0, events(1))
    await until('the insert', () => harness.attempts.length > 0)
    await harness.add(1, events(1))
    harness.lane.close()
    waiting.resolve()
    await harness.lane.drain()
    expect(harness.commits).toEqual([])
    expect(harness.attempts).toHaveLength(1)
    expect(harness.broken).toEqual([])
  })

  it('pauses nothing once the partition was taken away', async () => {
    const waiting = Promise.withResolvers<void>()
    const harness = createLaneHarness({ insert: () => waiting.promise })
    await harness.add(0, events(1))
    await until('the insert', () => harness.attempts.length > 0)
    harness.lane.close()
    waiting.reject(new Error('connection refused'))
    await harness.lane.drain()
    expect(harness.attempts).toHaveLength(1)
    expect(harness.pauses).toEqual([])
  })

  it('commits a position again that could not be committed', async () => {
    let failures = 1
    const harness = createLaneHarness({
      async commit() {
        if (failures-- > 0) throw new Error('coordinator moved')
      },
    })
    await harness.add(0, events(2))
    await until('the commit', () => harness.commits.length > 0)
    expect(harness.commits).toEqual([2])
    expect(harness.attempts).toHaveLength(1)
  })

  it('stops draining although no position can be committed any more', async () => {
    const harness = createLaneHarness({
      async commit() {
        throw new Error('the group is gone')
      },
    })
    await harness.add(0, events(2))
    await harness.lane.drain()
    expect(harness.attempts).toHaveLength(1)
    expect(harness.broken).toEqual([])
  })

  it('commits nothing past records that it leaves out while it drains', async () => {
    const waiting = Promise.withResolvers<void>()
    const harness = createLaneHarness({ insert: () => waiting.promise })
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
    const harness = createLaneHarness()
    await harness.addStale(0, [])
    await harness.lane.drain()
    expect(harness.commits).toEqual([])
  })

  it('refuses a batch that does not begin where the last one ended', async () => {
    const harness = createLaneHarness()
    await harness.add(0, events(2))
    await expect(harness.add(5, [])).rejects.toThrow('t-0 goes on at 5 instead of 2')
    await harness.lane.drain()
    expect(harness.commits).toEqual([2])
  })

  it('commits nothing past a batch that it could not write', async () => {
    const waiting = Promise.withResolvers<void>()
    let isRejecting = false
    const harness = createLaneHarness({
      async reject() {
        isRejecting = true
        await waiting.promise
        throw new Error('no letter can be written')
      },
    })
    await harness.add(0, [UNREADABLE])
    await until('the letter', () => isRejecting)
    await harness.add(1, events(2))
    waiting.resolve()
    await until('the failure', () => harness.broken.length > 0)
    await harness.add(3, events(1))
    await harness.lane.drain()
    expect(harness.commits).toEqual([])
    expect(harness.attempts).toEqual([])
  })

  it('rejects bytes that are not a record before it commits', async () => {
    const harness = createLaneHarness()
    await harness.add(5, [UNREADABLE, event(1)])
    await until('the commit', () => harness.commits.length > 0)
    const rejected = harness.rejected.map(({ reason, source: { offset, value } }) => [
      reason,
      offset,
      String(value),
    ])
    expect(rejected).toEqual([['schema_rejected', 5, UNREADABLE]])
  })
})
