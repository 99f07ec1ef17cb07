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

  describe('with patient rows', () => {
    const patience = {
      gather: { promptMs: 1, patientMs: 60_000, slackMs: 0 },
      isPatient: (table: string) => table === 'patient',
    }
    const both = ['event 1', 'patient: alias 1']

    it('writes prompt ones alone, and commits once the others are there, too', async () => {
      const harness = createLaneHarness(patience)
      await harness.add(0, both)
      await until('the prompt row', () => harness.attempts.length === 1)
      await harness.add(2, ['event 2', 'patient: alias 2'])
      await until('the next one', () => harness.attempts.length === 2)
      expect(harness.commits).toEqual([])
      await harness.lane.drain()
      expect(harness.attempts.map(({ lines, table }) => [table, lines])).toEqual([
        ['rows', 'event 1\n'],
        ['rows', 'event 2\n'],
        ['patient', 'alias 1\n'],
        ['patient', 'alias 2\n'],
      ])
      expect(harness.commits).toEqual([4])
    })

    it('commits at once where none are left', async () => {
      const harness = createLaneHarness(patience)
      await harness.add(0, ['event 1'])
      await until('the commit', () => harness.commits.length > 0)
      expect(harness.commits).toEqual([1])
    })

    it('writes everything when it is their turn, with or without prompt ones', async () => {
      const gather = { promptMs: 1, patientMs: 100, slackMs: 0 }
      const harness = createLaneHarness({ ...patience, gather })
      await harness.add(0, both)
      await until('the first commit', () => harness.commits.length === 1)
      await harness.add(2, ['patient: alias 2'])
      await until('the next commit', () => harness.commits.length === 2)
      expect(harness.attempts.map(({ table }) => table)).toEqual(['rows', 'patient', 'patient'])
      expect(harness.commits).toEqual([2, 3])
    })

    it('counts what is left for a full batch, and does not keep more', async () => {
      const harness = createLaneHarness({ ...patience, limits: { batchRowsMax: 3 } })
      for (let offset = 0; offset < 6; offset += 2) {
        await harness.add(offset, both)
        await until('the prompt row', () => harness.attempts.some(({ table }) => table === 'rows'))
      }
      await until('the commit', () => harness.commits.length > 0)
      expect(harness.attempts.filter(({ table }) => table === 'patient').length).toBeGreaterThan(0)
      await harness.lane.drain()
      expect(harness.commits.at(-1)).toBe(6)
    })

    it('commits nothing whose patient rows are left when the partition is taken away', async () => {
      const harness = createLaneHarness(patience)
      await harness.add(0, both)
      await until('the prompt row', () => harness.attempts.length === 1)
      harness.lane.close()
      await harness.lane.drain()
      expect(harness.commits).toEqual([])
      expect(harness.ended.map(String)).toEqual(['Error: the partition was given back'])
    })

    it('repeats a patient row that failed, and commits behind it', async () => {
      let failures = 2
      const harness = createLaneHarness({
        ...patience,
        async insert(table) {
          if (table === 'patient' && failures-- > 0) throw new Error('connection refused')
        },
      })
      await harness.add(0, both)
      await until('the prompt row', () => harness.attempts.length === 1)
      await harness.lane.drain()
      expect(harness.attempts.map(({ table }) => table)).toEqual([
        'rows',
        'patient',
        'patient',
        'patient',
      ])
      expect(harness.commits).toEqual([2])
      expect(harness.ended).toEqual([undefined])
    })
  })
})
