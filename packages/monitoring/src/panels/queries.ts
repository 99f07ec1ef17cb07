/** Rate per second, over a window that suits the scrape interval and the zoom. */
export function rate(metric: string, matchers: string): string {
  return `rate(${metric}{${matchers}}[$__rate_interval])`
}

/** Per second, summed by labels. */
export function rateBy(labels: string, metric: string, matchers: string): string {
  return `${labels === '' ? 'sum' : `sum by (${labels}) `}(${rate(metric, matchers)})`
}

/** A quantile of a histogram, by labels beside `le`. */
export function quantile(
  share: number,
  {
    metric,
    matchers,
    by = [],
  }: {
    readonly metric: string
    readonly matchers: string
    readonly by?: readonly string[]
  },
): string {
  const labels = ['le', ...by].join(', ')
  return `histogram_quantile(${share}, sum by (${labels}) (${rate(`${metric}_bucket`, matchers)}))`
}

/** Share of a histogram's observations above a limit, which is the end of a bucket. */
export function shareOver(limit: string, metric: string, matchers: string): string {
  const within = rate(`${metric}_bucket`, `${matchers}, le=~"${limit}"`)
  return `1 - sum(${within}) / sum(${rate(`${metric}_count`, matchers)})`
}
