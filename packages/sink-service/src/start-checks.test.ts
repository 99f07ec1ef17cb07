import { describe, expect, it } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import { readPartitions } from './start-checks.ts'

const { decoded, events, timelines, transitions, deadLetters } = topicNames(1)

const EXPECTED = { generation: 1, partitions: 6, service: 'clickhouse-sink' } as const

function adminOf(counts: readonly number[]) {
  const topics = [events, timelines, transitions, decoded, deadLetters]
  return {
    partitionCounts: async (asked: readonly string[]) =>
      new Map(asked.map((topic) => [topic, counts[topics.indexOf(topic)] ?? 0] as const)),
  }
}

describe('readPartitions', () => {
  it('reports the partitions of the dead letters, which may differ, as may those of verdicts', async () => {
    await expect(readPartitions(adminOf([6, 6, 6, 3, 2]), EXPECTED)).resolves.toEqual({
      deadLetters: 2,
    })
  })

  it('names every topic whose partitions differ from the configuration', async () => {
    await expect(readPartitions(adminOf([6, 3, 5, 6, 6]), EXPECTED)).rejects.toThrow(
      `PARTITIONS is 6, which differs from the topics ${timelines} (3), ${transitions} (5)`,
    )
  })
})
