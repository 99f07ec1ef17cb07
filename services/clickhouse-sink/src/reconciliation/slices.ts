import { type Slice } from '@wabastream/clickhouse'

/** Small enough for a query of some ten milliseconds, and large enough that there are few. */
export const SLICE_OFFSETS = 10_000

/**
 * The slices of one raw partition from `from` to before `to`. Their borders are fixed, so that a
 * slice that was looked at while it grew stays the same.
 */
export function slicesOf(
  rawPartition: number,
  { from, to }: { readonly from: number; readonly to: number },
): readonly Slice[] {
  const slices: Slice[] = []
  let start = from - (from % SLICE_OFFSETS)
  for (; start < to; start += SLICE_OFFSETS) {
    slices.push({ rawPartition, from: start, to: Math.min(start + SLICE_OFFSETS, to) })
  }
  return slices
}
