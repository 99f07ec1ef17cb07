interface Bucket {
  readonly upTo: number
  readonly count: number
}

/**
 * A quantile of a Prometheus histogram in the text of /metrics, over all series whose labels hold
 * `label`; interpolated within its bucket as PromQL does. Null when nothing was observed.
 */
export function readQuantile(
  metricsText: string,
  {
    name,
    label,
    quantile,
  }: { readonly name: string; readonly label: string; readonly quantile: number },
): number | null {
  const buckets = readBuckets(metricsText, name, label)
  const total = buckets.at(-1)?.count ?? 0
  if (total === 0) return null
  const rank = quantile * total
  let below: Bucket = { upTo: 0, count: 0 }
  for (const bucket of buckets) {
    if (bucket.count >= rank) {
      if (bucket.upTo === Infinity) return below.upTo
      const share = (rank - below.count) / (bucket.count - below.count)
      return below.upTo + share * (bucket.upTo - below.upTo)
    }
    below = bucket
  }
  return below.upTo
}

function readBuckets(text: string, name: string, label: string): readonly Bucket[] {
  const counts = new Map<number, number>()
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name}_bucket{`) || !line.includes(label)) continue
    const edge = /le="([^"]+)"/.exec(line)?.[1]
    if (edge === undefined) continue
    const upTo = edge === '+Inf' ? Infinity : Number(edge)
    const count = Number(line.slice(line.lastIndexOf(' ') + 1))
    counts.set(upTo, (counts.get(upTo) ?? 0) + count)
  }
  return [...counts].map(([upTo, count]) => ({ upTo, count })).toSorted((a, b) => a.upTo - b.upTo)
}
