import { describe, expect, it } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import { readPartitions } from './start-checks.ts'

const { events, timelines, transitions, deadLetters } = topicNames(1)

function adminOf(counts: readonly number[]) {
  const topics = [events, timelines, transitions, deadLetters]
  return {
    partitionCounts: async () =>
      new Map(topics.map((topic, index) => [topic, counts[index] ?? 0] as const)),
  }
}

describe('readPartitions', () => {
  it('tells the partitions of the dead letters, which may differ', async () => {
    await expect(readPartitions(adminOf([6, 6, 6, 2]), { generation: 1, partitions: 6 }))
      .resolves.toEqual({ deadLetters: 2 })
  })

  it('names every topic whose partitions differ from the configuration', async () => {
    await expect(readPartitions(adminOf([6, 3, 5, 6]), { generation: 1, partitions: 6 }))
      .rejects.toThrow(`PARTITIONS is 6, which differs from the topics ${timelines} (3), ` +
        `${transitions} (5)`)
  })
})
