/** Cells as they are compared: times are ms. */
export type Row = Readonly<Record<string, unknown>>

/** Rows of a view, without those columns that nobody foretells. */
export interface Expected {
  readonly rows: readonly Row[]
  /** Columns left out, each for a reason that stands where they are named. */
  readonly without?: readonly string[]
  /** What the view is asked with. */
  readonly parameters?: string
  /** In SQL, of which rows the view's oracle speaks; of all if it is left out. */
  readonly where?: string
}

/** Rows by what they have in common. */
export function groupBy<T>(
  rows: readonly T[],
  keyOf: (row: T) => unknown,
): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row))
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()]
}

export function firstOf<T>(list: readonly T[]): T {
  const [first] = list
  if (first === undefined) throw new Error('a group has a member')
  return first
}

export const count = <T>(rows: readonly T[], is: (row: T) => boolean): number =>
  rows.filter(is).length

const HOUR_MS = 3_600_000

export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS
export const dayOf = (ms: number, timeZone = 'UTC'): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone }).format(ms)

/** Every event once, as it came first. */
export function firstOfEach<T extends { readonly receivedAtMs: number }>(
  given: readonly T[],
  identityOf: (one: T) => unknown,
): readonly T[] {
  const inOrder = given.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)
  return groupBy(inOrder, identityOf).map(firstOf)
}
