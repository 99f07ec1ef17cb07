import { describe, expect, it } from '@jest/globals'
import { compressParcel } from './compress-parcel.ts'
import { type Parcel } from './traffic.ts'

const parcel = (atMs: number, item: Parcel['occurrences'][number]['item']): Parcel => ({
  channel: 'main',
  atMs,
  occurrences: [
    { kind: 'outbound', numberId: '1', field: 'messages', list: 'statuses', item, contact: null },
  ],
})

describe('compressParcel', () => {
  const item = { id: 'a', status: 'read', timestamp: '1060' }

  it('moves a parcel and the times in it towards the beginning of its story', () => {
    const compressed = compressParcel(parcel(1_120_000, item), {
      startMs: 1_000_000,
      timeFactor: 60,
    })
    expect(compressed).toEqual(parcel(1_002_000, { ...item, timestamp: '1001' }))
  })

  it('leaves it alone when time goes as it does, and an item that has no time', () => {
    const original = parcel(1_120_000, item)
    expect(compressParcel(original, { startMs: 1_000_000, timeFactor: 1 })).toBe(original)
    const timeless = parcel(1_060_000, { id: 'a' })
    const options = { startMs: 1_000_000, timeFactor: 60 }
    expect(compressParcel(timeless, options)).toEqual(parcel(1_001_000, { id: 'a' }))
  })
})
