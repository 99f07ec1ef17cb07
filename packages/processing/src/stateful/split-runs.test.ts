import { describe, expect, it } from '@jest/globals'
import { type KafkaRecord, type RecordBatch } from '../ports/record.ts'
import { splitRuns } from './split-runs.ts'

function record(offset: number, size: number): KafkaRecord {
  return {
    offset,
    key: null,
    value: new Uint8Array(size),
    timestampMs: 0,
    keyText: () => null,
    valueText: () => null,
    header: () => null,
    headerText: () => null,
  }
}

function batch(sizes: readonly number[], nextOffset: number): RecordBatch {
  return {
    topic: 't',
    partition: 0,
    fetchedOffset: 0,
    nextOffset,
    endOffset: nextOffset,
    records: sizes.map((size, index) => record(index * 10, size)),
  }
}

function split(sizes: readonly number[], nextOffset = 100) {
  return splitRuns(batch(sizes, nextOffset), { runRecordsMax: 3, runBytesMax: 10 }).map(
    ({ records, nextOffset: next }) => [records.map(({ value }) => value?.length), next],
  )
}

describe('splitRuns', () => {
  it('cuts by records and by bytes, each run ending where the next one begins', () => {
    expect(split([1, 1, 1, 1, 6, 5])).toEqual([
      [[1, 1, 1], 30],
      [[1, 6], 50],
      [[5], 100],
    ])
  })

  it('gives a record over the limit a run of its own', () => {
    expect(split([50, 1, 50])).toEqual([
      [[50], 10],
      [[1], 20],
      [[50], 100],
    ])
  })

  it('gives one empty run for a batch without records, so that the position can move', () => {
    expect(split([], 7)).toEqual([[[], 7]])
  })
})
