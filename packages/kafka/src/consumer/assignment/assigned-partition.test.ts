import { describe, expect, it } from '@jest/globals'
import { type KafkaRecord, type RecordBatch } from '@wabastream/processing'
import { AssignedPartition } from './assigned-partition.ts'

const END_OFFSET = 100

function recordAt(offset: number): KafkaRecord {
  return {
    offset,
    timestampMs: 0,
    key: null,
    value: null,
    header: () => null,
    keyText: () => null,
    valueText: () => null,
    headerText: (name) => (name === 'received-at' ? String(1_000 + offset) : null),
  }
}

function batch(
  from: number,
  to: number,
  records = [recordAt(from), recordAt(to - 1)],
): RecordBatch {
  return {
    topic: 't',
    partition: 0,
    fetchedOffset: from,
    nextOffset: to,
    endOffset: END_OFFSET,
    records,
  }
}

const create = (): AssignedPartition => new AssignedPartition({ topic: 't', partition: 0 })

describe('a partition shows', () => {
  it('nothing before its first fetch, and where that fetch began while it is taken', () => {
    const partition = create()
    expect(partition.shownProgress()).toBeUndefined()
    partition.begun(batch(10, 20))
    expect(partition.progress()).toBeUndefined()
    expect(partition.shownProgress()).toMatchObject({
      position: 10,
      lagRecords: 90,
      receivedAtMs: 1_010,
    })
  })

  it('the first record of a batch that is not done, then the last one', () => {
    const partition = create()
    partition.position = 10
    partition.begun(batch(10, 20))
    expect(partition.progress()).toMatchObject({ position: 10, receivedAtMs: 1_010 })
    partition.done(batch(10, 20))
    expect(partition.progress()).toMatchObject({ position: 20, receivedAtMs: 1_019 })
    partition.begun(batch(20, 25, []))
    expect(partition.progress()).toMatchObject({ position: 20, receivedAtMs: 1_019 })
  })

  it('nothing of a fetch that did not begin at its position', () => {
    const partition = create()
    partition.position = 50
    partition.begun(batch(10, 20))
    expect(partition.progress()).toMatchObject({ position: 50, lagRecords: 50, receivedAtMs: null })
  })

  it('what it showed before, if it stays in the next assignment', () => {
    const partition = create()
    partition.position = 10
    partition.begun(batch(10, 20))
    const next = partition.successor()
    expect(next.progress()).toBeUndefined()
    expect(next.shownProgress()).toMatchObject({
      position: 10,
      lagRecords: 90,
      receivedAtMs: 1_010,
    })
    expect(partition.renewed().shownProgress()).toEqual(next.shownProgress())
  })
})
