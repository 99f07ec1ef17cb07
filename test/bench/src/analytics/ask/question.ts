/** A query that is asked of every amount of data. */
export interface Question {
  readonly name: string
  /** With the names of the product's views, and literals of the data. */
  readonly sql: string
  /**
   * Days before the end of the data that it is about; 0 for one message. Undefined where it names
   * no range and its answer depends on all of the history.
   */
  readonly days: number | undefined
}

/** What stands in for a reader's own literals, and for the time at which is asked. */
export interface Literals {
  readonly number: string
  /** All numbers, as Grafana gives them when all are chosen. */
  readonly numbers: readonly string[]
  readonly messageId: string
  readonly contactId: string
  readonly endMs: number
}

/** The days that a query names: the longest span that it goes back from now. */
export function daysNamedIn(sql: string): number | undefined {
  const named = [
    ...sql.matchAll(/today\(\) - (\d+)/g),
    ...sql.matchAll(/INTERVAL (\d+) DAY/g),
    ...sql.matchAll(/toDate\(now\('UTC'\)\) - (\d+)/g),
  ].map(([, days]) => Number(days))
  if (named.length > 0) return Math.max(...named)
  return /\bmessage_id = /.test(sql) ? 0 : undefined
}

/** The query as if it were asked when the data ended. */
export function atEnd(sql: string, { endMs }: Pick<Literals, 'endMs'>): string {
  return sql
    .replaceAll(/\bnow\((?:'UTC')?\)/g, timeOf(endMs))
    .replaceAll(/\btoday\(\)/g, dayOf(endMs))
}

export function timeOf(ms: number): string {
  return `toDateTime(${Math.floor(ms / 1_000)}, 'UTC')`
}

export function dayOf(ms: number): string {
  return `toDate('${new Date(ms).toISOString().slice(0, 10)}')`
}

export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
