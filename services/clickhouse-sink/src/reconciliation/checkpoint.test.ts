import { describe, expect, it } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import { type CheckpointAdmin, isWritten, takeCheckpoint } from './checkpoint.ts'

const topics = topicNames(1)
type Table = Readonly<Record<string, readonly number[]>>

/** Offsets by topic; -1 means that none is committed. */
function adminOf(ends: Table, committed: Table, starts: Table = {}): CheckpointAdmin {
  const read = (table: Table, topic: string) =>
    new Map(
      (table[topic] ?? [])
        .map((offset, partition) => [partition, offset] as const)
        .filter(([, offset]) => offset >= 0),
    )
  return {
    endOffsets: async (topic) => read(ends, topic),
    startOffsets: async (topic) => read(starts, topic),
    committedOffsets: async (_, topic) => read(committed, topic),
  }
}

async function isDone(ends: Table, committed: Table, starts: Table = {}): Promise<boolean> {
  const admin = adminOf(ends, { [topics.raw]: [7], ...committed }, starts)
  const checkpoint = await takeCheckpoint(admin, { generation: 1, nowMs: 5 })
  expect(checkpoint.decoded).toEqual(new Map([[0, 7]]))
  return isWritten(admin, { generation: 1, checkpoint })
}

describe('a checkpoint', () => {
  it('is written once the sink has committed every end', async () => {
    const ends = { [topics.decoded]: [3], [topics.events]: [9, 4], [topics.deadLetters]: [0] }
    expect(await isDone(ends, { [topics.decoded]: [3], [topics.events]: [9, 3] })).toBe(false)
    expect(await isDone(ends, { [topics.decoded]: [2], [topics.events]: [9, 4] })).toBe(false)
    expect(await isDone(ends, { [topics.decoded]: [3], [topics.events]: [9, 4] })).toBe(true)
  })

  it('does not wait for a partition from which everything was deleted', async () => {
    const ends = { [topics.deadLetters]: [12] }
    expect(await isDone(ends, {}, { [topics.deadLetters]: [11] })).toBe(false)
    expect(await isDone(ends, {}, { [topics.deadLetters]: [12] })).toBe(true)
  })
})
