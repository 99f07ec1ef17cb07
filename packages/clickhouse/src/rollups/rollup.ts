import { countedMessages } from '../views/messages-view.ts'

/** What one day of a number counts, in a table of its own: rows add up over days. */
export interface Rollup {
  readonly table: string
  /** Of its rows, beside day, number and version: what they are counted by, and the counts. */
  readonly columns: readonly string[]
  /**
   * Groups counted messages `m` by day, number and `columns`. `dayOf` is the day of a time in the
   * number's time zone, and `joins` what that needs.
   */
  readonly select: (given: {
    readonly messages: string
    readonly dayOf: (time: string) => string
    readonly joins: string
  }) => string
}

/** A time zone is none of its number any more, or was none: days of it are counted anew. */
interface Zones {
  readonly joins: string
  readonly timeZone: string
}

/** Of each day of a number: its last mark, the last attempt that began, and what the last made. */
export const dayMarks = (source: string): string => `(
          SELECT anchor_day, number, max(marked_at) AS marked, max(attempt) AS begun,
            max(rolled_up) AS made
          FROM ${source}.day_marks GROUP BY anchor_day, number) AS marks`

/** Whether what was rolled up of a row of `dayMarks` no longer holds, or nothing was. */
export const isStaleMark = (timeZone?: string): string =>
  `(made.version = 0 OR made.version != begun OR made.through < marked
          ${timeZone === undefined ? '' : `OR made.time_zone != ${timeZone}`})`

/** An index is asked for each pair of the list; of more, days alone say which granules to read. */
const PAIRS_MAX = 2_000

/**
 * The days of numbers of which what was rolled up no longer holds, or of which nothing was, as an
 * array of pairs, a bitmap of their hashes, and, where there are many, an array of the days in
 * place of the pairs. A query must read it once: between two readings a day could become stale, and
 * count twice, or be rolled up, and not count. ClickHouse runs a scalar subquery once for each
 * text.
 */
export const staleDays = (source: string, zones?: Zones): string => `(
        SELECT (if(count() > ${PAIRS_MAX}, [], groupArray((marks.anchor_day, marks.number))),
          groupBitmapState(cityHash64(marks.anchor_day, marks.number)),
          if(count() > ${PAIRS_MAX}, groupUniqArray(marks.anchor_day), []))
        FROM ${dayMarks(source)} ${zones?.joins ?? ''} WHERE ${isStaleMark(zones?.timeZone)})`

// Of hashes: an array is searched from its beginning, and this is a look-up. Two units of one hash
// are both stale for whoever asks. Each reference to `stale` is planned anew, so there are few.
const isStale = (day: string, number: string): string =>
  `bitmapContains(stale.2, cityHash64(${day}, ${number}))`

/**
 * Rows of a rollup at this moment, of a query that has `staleDays` as `stale`: those that were
 * rolled up and hold, and what is counted now of the days that do not.
 */
export const currentRows = (
  { columns, select, table }: Rollup,
  {
    source,
    dayOf,
    joins,
  }: {
    readonly source: string
    readonly dayOf: (time: string) => string
    readonly joins: string
  },
): string => {
  const names = ['number', ...columns].join(', ')
  const messages = countedMessages(
    source,
    `indexHint(has(stale.1, (t.anchor_day, t.number)) OR has(stale.3, t.anchor_day))
          AND ${isStale('t.anchor_day', 't.number')}`,
  )
  return `
        SELECT ${names} FROM ${source}.${table}
        WHERE NOT ${isStale('anchor_day', 'number')} AND (anchor_day, number, version) IN (
          SELECT anchor_day, number, max(rolled_up).version
          FROM ${source}.day_marks GROUP BY anchor_day, number)
        UNION ALL
        SELECT ${names} FROM (${select({ messages, dayOf, joins })})`
}
