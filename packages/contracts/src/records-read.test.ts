import { describe, expect, it } from '@jest/globals'
import { type WireRecord } from './generated/vocabulary.ts'
import { createReadGuard } from './records-read.ts'

const verdicts: WireRecord = {
  type: 'WebhooksDecoded',
  data: { rawPartition: 0, firstOffset: 0, verdicts: [] },
}

describe('the guard of what a service reads', () => {
  it('takes a record of a topic that the service reads', () => {
    expect(createReadGuard('clickhouse-sink')(verdicts)).toBe(true)
  })

  it('refuses a record of a topic that it does not read', () => {
    expect(createReadGuard('timeline-processor')(verdicts)).toBe(false)
  })
})
