import { type CheckedSlice } from '@wabastream/clickhouse'

export interface NamedDifference {
  readonly kind: string
  readonly partition: number
  /** An offset, or a range `from-to` that includes both ends. */
  readonly offsets: string
  readonly items: readonly number[]
  readonly amount: number
}

/** Each difference by its place: offsets without a verdict as ranges, then positions. */
export function nameDifferences({
  differences,
  gaps,
  rawPartition: partition,
}: CheckedSlice): readonly NamedDifference[] {
  return [
    ...gaps.map(({ from, to }): NamedDifference => ({
      kind: 'missing_verdict',
      partition,
      items: [],
      amount: to - from,
      offsets: to - from === 1 ? String(from) : `${from}-${to - 1}`,
    })),
    ...differences.map(({ amount, items, kind, rawOffset }): NamedDifference => ({
      kind,
      partition,
      offsets: String(rawOffset),
      items,
      amount,
    })),
  ]
}
