import { describe, expect, it } from '@jest/globals'
import { type Destination, Ledger } from '@wabastream/forwarding'
import { type CommittedPosition } from '@wabastream/processing'
import { GroupPositions } from './group-positions.ts'

const topic = 'raw'
const destination = { name: 'crm' } satisfies Partial<Destination>

/** A log of two partitions, and a group that has kept something of the first. */
function createScene(kept: readonly CommittedPosition[], logStart: number) {
  const set: CommittedPosition[] = []
  const told: unknown[] = []
  const positions = new GroupPositions({
    admin: {
      committedPositions: async () => kept,
      endOffsets: async () =>
        new Map([
          [0, 100],
          [1, 100],
        ]),
      startOffsets: async () =>
        new Map([
          [0, logStart],
          [1, 0],
        ]),
      setPositions: async (_, moved) => {
        set.push(...moved)
      },
    },
    groupId: 'forwarder.crm',
    topic,
    destination: Object.assign(Object.create(null), destination),
    begin: async () => ({ from: 'now', atMs: Date.now(), offsets: new Map([[1, 100]]) }),
    logger: { error: (facts: unknown) => told.push(facts), info: () => {}, warn: () => {} },
  })
  return { positions, set, told }
}

function keptUpTo(settled: number): CommittedPosition {
  const ledger = Ledger.begin(0)
  for (let offset = 0; offset < settled; offset += 1) ledger.settle(offset, 'acknowledged')
  return { topic, partition: 0, ...ledger.position() }
}

describe('what a group has kept', () => {
  it('goes on behind what the log no longer holds, and counts it', async () => {
    const { positions, set, told } = createScene([keptUpTo(10)], 40)
    await positions.passOverGap()
    expect(set).toMatchObject([{ partition: 0, offset: 40 }])
    expect(set.map((position) => Ledger.from(position).tally())).toMatchObject([
      { acknowledged: 10, absent: 30 },
    ])
    expect(told).toEqual([{ destination: 'crm', count: 30 }])
    const { goneCount, ledger } = await positions.ledgerOf(0)
    expect([goneCount, ledger.low]).toEqual([30, 40])
  })

  it('stays where it is if nothing is gone', async () => {
    const { positions, set, told } = createScene([keptUpTo(10)], 10)
    await positions.passOverGap()
    expect([set, told]).toEqual([[], []])
  })

  it('is behind in the partitions that have something to send', async () => {
    const { positions } = createScene([keptUpTo(10)], 0)
    expect(await positions.behind()).toEqual(new Set([0]))
    expect(await createScene([keptUpTo(100)], 0).positions.behind()).toEqual(new Set())
  })
})
