import { toTimestamp } from './ids.ts'
import { type JsonObject, type Parcel } from './traffic.ts'

export interface Compression {
  /** When the story begins, which is where time stands still. */
  readonly startMs: number
  /** Every wait takes a part of its time: 60 makes a minute a second. */
  readonly timeFactor: number
}

/** The same parcel in a story that goes faster: also the times in it move towards the beginning. */
export function compressParcel(parcel: Parcel, compression: Compression): Parcel {
  const { startMs, timeFactor } = compression
  if (timeFactor === 1) return parcel
  const compressMs = (ms: number): number => startMs + (ms - startMs) / timeFactor
  return {
    ...parcel,
    atMs: compressMs(parcel.atMs),
    occurrences: parcel.occurrences.map((occurrence) => ({
      ...occurrence,
      item: compressItem(occurrence.item, compressMs),
    })),
  }
}

function compressItem(item: JsonObject, compressMs: (ms: number) => number): JsonObject {
  const { timestamp } = item
  if (typeof timestamp !== 'string') return item
  return { ...item, timestamp: toTimestamp(compressMs(Number(timestamp) * 1_000)) }
}
