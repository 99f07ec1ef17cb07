import { insertColumns } from '../rows/tables.ts'

/**
 * Kinds of differences with their own names. Any other kind is a column that differs:
 * `message_timeline.read_at`.
 */
const namedKinds = [
  'new_column',
  'missing_column',
  'missing_row',
  'surplus_row',
  'split_timeline',
  'missing_transition',
  'surplus_transition',
] as const

export interface KindCount {
  readonly kind: string
  readonly table: string
  readonly count: number
  /** An example: a position, or a message id. */
  readonly example: string
}

/** The differences that were found. */
export interface Differences {
  readonly kinds: readonly KindCount[]
  /** There are more, perhaps of other kinds. */
  readonly isTruncated: boolean
}

const COLUMN = /^([a-z_]+)\.[a-z][a-z0-9_]*$/

/** Whether a difference can be of this kind. */
export function isDifferenceKind(kind: string): boolean {
  const table = COLUMN.exec(kind)?.[1]
  if (table !== undefined) return Object.hasOwn(insertColumns, table)
  return namedKinds.some((name) => name === kind)
}

/** One entry for each kind and table, with their sum. */
export function sumKinds(counts: readonly KindCount[]): readonly KindCount[] {
  const sums = new Map<string, KindCount>()
  for (const one of counts) {
    const key = `${one.kind} ${one.table}`
    const sum = sums.get(key)
    sums.set(key, sum === undefined ? one : { ...sum, count: sum.count + one.count })
  }
  return [...sums.values()]
}
