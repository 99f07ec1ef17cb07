import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { groupByPartition } from './group-by-partition.ts'
import { loadShippedClient } from './shipped-client.fixture.ts'

const { groupMessages } = loadShippedClient()
const message = fc.record({ value: fc.string(), partition: fc.nat(4) })

describe('grouping by partition', () => {
  it('equals the shipped grouping', () => {
    fc.assert(fc.property(fc.array(message), fc.boolean(), (messages, isKnown) => {
      const partitionMetadata = isKnown ? [{ partitionId: 0 }] : []
      const shippedPartitioner = ({ message: one }: { message?: { partition: number } } = {}): number =>
        one?.partition ?? 0
      const grouping = { topic: 't', partitionMetadata, messages, partitioner: shippedPartitioner }
      const ours = groupByPartition({ ...grouping, partitioner: () => 0 })
      expect(ours).toEqual(groupMessages(grouping))
    }))
  })

  it('asks the partitioner for records that name no partition', () => {
    const messages = [{ value: 'a' }, { value: 'b', partition: 2 }]
    const groups = groupByPartition({
      topic: 't', partitionMetadata: [{}], messages, partitioner: () => 1,
    })
    expect(groups).toEqual({ 1: [messages[0]], 2: [messages[1]] })
  })
})
