import { describe, expect, it } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import { KafkaError } from '@wabastream/kafka'
import { readPartitions } from './start-checks.ts'

const { raw, events, timelines, transitions, deadLetters } = topicNames(1)

const EXPECTED = { generation: 1, partitions: 6, keyed: [events, timelines, transitions] }

function adminOf(counts: readonly number[]) {
  const topics = [events, timelines, transitions, deadLetters, raw]
  return {
    partitionCounts: async () =>
      new Map(topics.map((topic, index) => [topic, counts[index] ?? 0] as const)),
  }
}

describe('readPartitions', () => {
  it('reports the partitions of the dead letters and of the raw log, which may differ', async () => {
    await expect(readPartitions(adminOf([6, 6, 6, 2, 12]), EXPECTED)).resolves.toEqual({
      deadLetters: 2,
      raw: 12,
    })
  })

  it('goes without those of the raw log if it may not see them', async () => {
    const { partitionCounts } = adminOf([6, 6, 6, 2])
    const admin = {
      partitionCounts: async (asked: readonly string[]) => {
        if (asked.includes(raw)) throw new KafkaError('not_allowed', 'not authorized')
        return await partitionCounts()
      },
    }
    await expect(readPartitions(admin, EXPECTED)).resolves.toEqual({
      deadLetters: 2,
      raw: undefined,
    })
  })

  it('names every topic whose partitions differ from the configuration', async () => {
    await expect(readPartitions(adminOf([6, 3, 5, 6]), EXPECTED)).rejects.toThrow(
      `PARTITIONS is 6, which differs from the topics ${timelines} (3), ${transitions} (5)`,
    )
  })
})
