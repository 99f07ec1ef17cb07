import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createGroupByPartition } from './group-by-partition.ts'
import { loadShippedClient } from './shipped-client.fixture.ts'

const { groupMessages } = loadShippedClient()
class NotLoaded extends Error {}

const groupByPartition = createGroupByPartition(NotLoaded)
const message = fc.record({ value: fc.string(), partition: fc.nat(4) })

describe('grouping by partition', () => {
  it('equals the shipped grouping', () => {
    fc.assert(
      fc.property(fc.array(message), fc.boolean(), (messages, isKnown) => {
        const partitionMetadata = isKnown
          ? [0, 1, 2, 3, 4].map((partitionId) => ({ partitionId }))
          : []
        const shippedPartitioner = ({
          message: one,
        }: { message?: { partition: number } } = {}): number => one?.partition ?? 0
        const grouping = {
          topic: 't',
          partitionMetadata,
          messages,
          partitioner: shippedPartitioner,
        }
        const ours = groupByPartition({ ...grouping, partitioner: () => 0 })
        expect(ours).toEqual(groupMessages(grouping))
      }),
    )
  })

  it('asks the partitioner for records that name no partition', () => {
    const messages = [{ value: 'a' }, { value: 'b', partition: 2 }]
    const groups = groupByPartition({
      topic: 't',
      partitionMetadata: [{ partitionId: 2 }, { partitionId: 1 }],
      messages,
      partitioner: () => 1,
    })
    expect(groups).toEqual({ 1: [messages[0]], 2: [messages[1]] })
  })

  it('leaves out no record whose partition is not known yet', () => {
    expect(() =>
      groupByPartition({
        topic: 't',
        partitionMetadata: [{ partitionId: 0 }],
        messages: [{ value: 'a', partition: 1 }],
        partitioner: () => 0,
      }),
    ).toThrow(NotLoaded)
  })
})
