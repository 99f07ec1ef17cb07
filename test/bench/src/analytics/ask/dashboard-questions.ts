import {
  atEnd,
  dayOf,
  daysNamedIn,
  type Literals,
  type Question,
  quoted,
  timeOf,
} from './question.ts'

const DAY_MS = 86_400_000

/**
 * Every query of a dashboard, of its panels and of its variables, with its own range of time and
 * all numbers; none where it asks no SQL.
 */
export function readDashboard(json: string, literals: Literals): readonly Question[] {
  const dashboard: unknown = JSON.parse(json)
  const days = daysOf(dashboard)
  return collect(textOf(dashboard, 'title'), dashboard).map(({ name, sql }) => ({
    name,
    sql: atEnd(fill(sql, literals, days), literals),
    days: /\$__\w+(?:Filter|Time)/.test(sql) ? days : daysNamedIn(sql),
  }))
}

interface Found {
  readonly name: string
  readonly sql: string
}

/** All texts under `rawSql`, and those that variables choose from, wherever they are. */
function collect(name: string, value: unknown): readonly Found[] {
  if (typeof value !== 'object' || value === null) return []
  const title = textOf(value, 'title')
  const path = title === '' || title === name ? name : `${name}/${title}`
  const rawSql = textOf(value, 'rawSql')
  const query = textOf(value, 'query')
  return [
    ...(rawSql === '' ? [] : [{ name: path, sql: rawSql }]),
    ...(query.startsWith('SELECT') ? [{ name: `${path}/variable`, sql: query }] : []),
    ...Object.values(value).flatMap((part) => collect(path, part)),
  ]
}

/** Grafana's own words, as it and its plug-in fill them in. */
function fill(sql: string, { endMs, numbers }: Literals, days: number): string {
  const fromMs = endMs - days * DAY_MS
  return sql
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= ${timeOf(fromMs)} AND $1 <= ${timeOf(endMs)}`)
    .replaceAll(/\$__dateFilter\((\w+)\)/g, `$1 >= ${dayOf(fromMs)} AND $1 <= ${dayOf(endMs)}`)
    .replaceAll('$__fromTime', timeOf(fromMs))
    .replaceAll('${number:singlequote}', numbers.map(quoted).join(','))
}

/** The range that the dashboard opens with. */
function daysOf(dashboard: unknown): number {
  const time =
    typeof dashboard === 'object' && dashboard !== null && 'time' in dashboard
      ? textOf(dashboard.time, 'from')
      : ''
  const days = /^now-(\d+)d$/.exec(time)?.[1]
  return days === undefined ? 1 : Number(days)
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return ''
  const member: unknown = Reflect.get(value, name)
  return typeof member === 'string' ? member : ''
}
