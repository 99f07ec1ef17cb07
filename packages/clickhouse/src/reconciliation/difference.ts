/** Everything that can differ between the raw topic, its verdicts and the rows. A closed set. */
export const differenceKinds = [
  'missing_verdict',
  'surplus_verdict',
  'missing_event',
  'surplus_event',
  'missing_error',
  'missing_account_event',
  'missing_content',
  'missing_letter',
  'surplus_letter',
] as const

export type DifferenceKind = (typeof differenceKinds)[number]

/** What differs at one raw offset that has a verdict. */
export interface OffsetDifference {
  readonly kind: DifferenceKind
  readonly rawPartition: number
  readonly rawOffset: number
  readonly channel: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly amount: number
  /** Item indexes, if they are known. */
  readonly items: readonly number[]
}

/** Offsets from `from` to before `to`. */
export interface OffsetRange {
  readonly from: number
  readonly to: number
}

/** Offsets of one raw partition that are looked at together. */
export interface Slice extends OffsetRange {
  readonly rawPartition: number
}

/** The ranges of the slice that contain none of the offsets, which must be in order. */
export function findGaps(
  { from, to }: OffsetRange,
  offsets: readonly number[],
): readonly OffsetRange[] {
  const gaps: OffsetRange[] = []
  let next = from
  for (const offset of offsets) {
    if (offset > next) gaps.push({ from: next, to: offset })
    next = offset + 1
  }
  if (next < to) gaps.push({ from: next, to })
  return gaps
}
