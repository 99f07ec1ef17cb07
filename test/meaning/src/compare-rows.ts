import { type Expected, type Row } from './oracle/expected.ts'

const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/
const SHOWN_MAX = 4
const DIGITS = 9

/**
 * What is wrong with the rows of a view, in words; empty where it has the expected rows, each
 * once, in any order.
 */
export function describeDifference(actual: readonly Row[], expected: Expected): readonly string[] {
  const without = new Set(expected.without)
  const [shown] = actual
  const columns = Object.keys(expected.rows[0] ?? {}).filter((column) => !without.has(column))
  const unknown = Object.keys(shown ?? {}).filter(
    (column) => !without.has(column) && expected.rows.length > 0 && !columns.includes(column),
  )
  const problems = unknown.map((column) => `nobody foretells the column ${column}`)
  const keyOf = (row: Row): string =>
    JSON.stringify(Object.fromEntries(columns.map((column) => [column, toCell(row[column])])))
  const left = new Map<string, Row[]>()
  for (const row of actual) left.set(keyOf(row), [...(left.get(keyOf(row)) ?? []), row])
  const missing: string[] = []
  for (const row of expected.rows) {
    const found = left.get(keyOf(row))?.pop()
    if (found === undefined) missing.push(keyOf(row))
  }
  const extra = [...left].flatMap(([key, rows]) => rows.map(() => key))
  return [
    ...problems,
    ...(missing.length + extra.length === 0
      ? []
      : [`${missing.length} rows are missing, ${extra.length} are too many`]),
    ...missing
      .toSorted()
      .slice(0, SHOWN_MAX)
      .map((key) => `missing:  ${nearest(key, extra)}`),
    ...extra
      .toSorted()
      .slice(0, SHOWN_MAX)
      .map((key) => `too many: ${nearest(key, missing)}`),
  ]
}

/** Where a row differs from the one most like it on the other side; else the whole row. */
function nearest(key: string, others: readonly string[]): string {
  const row = JSON.parse(key) as Row
  const differing = (other: Row): readonly string[] =>
    Object.keys(row).filter(
      (column) => JSON.stringify(row[column]) !== JSON.stringify(other[column]),
    )
  const best = others
    .map((other) => differing(JSON.parse(other) as Row))
    .toSorted((a, b) => a.length - b.length)[0]
  if (best === undefined || best.length > Object.keys(row).length / 2) return key
  const names = Object.keys(row).filter((name) =>
    /^(number|message_id|participant|event_type|hour|day)$/.test(name),
  )
  return JSON.stringify(
    Object.fromEntries([...names, ...best].map((column) => [column, row[column]])),
  )
}

/** Times as ms, fractions to nine digits, and members in one order. */
function toCell(value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS))
  }
  if (Array.isArray(value)) return value.map(toCell)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, inner]) => [name, toCell(inner)]),
    )
  }
  if (typeof value !== 'string') return value ?? null
  const [, day, time] = TIME.exec(value) ?? []
  return day === undefined || time === undefined ? value : Date.parse(`${day}T${time}Z`)
}
