const METRIC = 'wa_sink_ingest_to_row_seconds_bucket'
const TIMEOUT_MS = 5_000

/** Cumulative counts by upper bound (seconds), for one table. */
export type Buckets = ReadonlyMap<number, number>

/** From the acceptance of webhooks to their rows, by table. */
export type RowLatencies = ReadonlyMap<string, Buckets>

/** What the sink has measured so far; empty when it does not answer. */
export async function readRowLatencies(sinkAdminPort: number): Promise<RowLatencies> {
  const url = `http://127.0.0.1:${sinkAdminPort}/metrics`
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    () => undefined,
  )
  return response?.ok === true ? parseRowLatencies(await response.text()) : new Map()
}

export function parseRowLatencies(text: string): RowLatencies {
  const tables = new Map<string, Map<number, number>>()
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${METRIC}{`)) continue
    const table = /[{,]table="([^"]*)"/.exec(line)?.[1]
    const bound = /[{,]le="([^"]*)"/.exec(line)?.[1]
    const count = Number(line.slice(line.lastIndexOf(' ')))
    if (table === undefined || bound === undefined || Number.isNaN(count)) continue
    const buckets = tables.get(table) ?? new Map<number, number>()
    tables.set(table, buckets.set(bound === '+Inf' ? Infinity : Number(bound), count))
  }
  return tables
}

/** What was measured between two readings; `before` may lack the table. */
export function bucketsBetween(before: Buckets | undefined, after: Buckets): Buckets {
  return new Map([...after].map(([bound, count]) => [bound, count - (before?.get(bound) ?? 0)]))
}

/** The quantile in ms, spread evenly within its bucket; 0 when nothing was measured. */
export function quantileMs(buckets: Buckets, quantile: number): number {
  const sorted = [...buckets].toSorted(([a], [b]) => a - b)
  const rank = quantile * (sorted.at(-1)?.[1] ?? 0)
  let lowerBound = 0
  let below = 0
  for (const [bound, count] of sorted) {
    if (count >= rank && count > below) {
      const upperBound = Number.isFinite(bound) ? bound : lowerBound
      const share = (rank - below) / (count - below)
      return (lowerBound + (upperBound - lowerBound) * share) * 1_000
    }
    lowerBound = bound
    below = count
  }
  return 0
}

export function countOf(buckets: Buckets): number {
  return Math.max(0, ...buckets.values())
}
