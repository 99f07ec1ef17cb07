/** Exact, of single measurements in ms. */
export interface Quantiles {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** NaN where nothing was measured. */
export function quantilesOf(valuesMs: readonly number[]): Quantiles {
  const sorted = Float64Array.from(valuesMs).sort()
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
