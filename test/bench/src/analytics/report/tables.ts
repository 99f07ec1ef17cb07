import Table from 'cli-table3'
import { type Answer, type Measurement, type SizeResults } from './results.ts'

/** What a fact and a message may take on disk, without what was said. */
const BYTES_PER_EVENT_MAX = 30
const BYTES_PER_MESSAGE_MAX = 60
const style = { head: [], border: [], compact: true }

/** Everything that was measured of one size of data. */
export function renderSize(size: SizeResults): string {
  return [
    `${size.name}: ${group(size.events)} events of ${size.spanDays} days`,
    renderAnswers(size.answers),
    renderDisk(size),
    renderCost(size),
  ].join('\n')
}

function renderAnswers(answers: readonly Answer[]): string {
  const head = ['ms', 'rows read', 'MB read', 'peak MB']
  const table = new Table({
    head: [
      'query',
      'days',
      ...head.map((one) => `live: ${one}`),
      ...head.map((one) => `merged: ${one}`),
    ],
    colAligns: ['left', ...Array.from({ length: 9 }, () => 'right' as const)],
    style,
  })
  for (const { days, live, merged, name } of answers) {
    table.push([name, days === undefined ? 'all' : days, ...cellsOf(live), ...cellsOf(merged)])
  }
  return table.toString()
}

function cellsOf(measurement: Measurement): readonly string[] {
  const { bytesRead, peakBytes, rowsRead } = measurement
  return [timeOf(measurement), group(rowsRead), megabytes(bytesRead), megabytes(peakBytes)]
}

function renderDisk({ disk, events }: SizeResults): string {
  const table = new Table({
    head: [
      'table',
      ...['parts', 'rows', 'MB'].map((one) => `live: ${one}`),
      ...['rows', 'MB', 'bytes per row', 'per event', 'per message'].map((one) => `merged: ${one}`),
    ],
    colAligns: ['left', ...Array.from({ length: 8 }, () => 'right' as const)],
    style,
  })
  const messages = rowsOf(disk.merged, 'message_timeline')
  for (const { bytes, parts, rows, table: name } of disk.live) {
    const merged = disk.merged.find((one) => one.table === name)
    if (merged === undefined) continue
    table.push([
      name,
      parts,
      group(rows),
      megabytes(bytes),
      group(merged.rows),
      megabytes(merged.bytes),
      (merged.bytes / merged.rows).toFixed(1),
      (merged.bytes / events).toFixed(1),
      (merged.bytes / messages).toFixed(1),
    ])
  }
  return [table.toString(), renderBounds(disk.merged)].join('\n')
}

function rowsOf(disk: SizeResults['disk']['live'], table: string): number {
  return disk.find((one) => one.table === table)?.rows ?? Number.NaN
}

function renderBounds(merged: SizeResults['disk']['merged']): string {
  const bytesPerRow = (table: string): number => {
    const found = merged.find((one) => one.table === table)
    return found === undefined ? Number.NaN : found.bytes / found.rows
  }
  const bound = (what: string, bytes: number, max: number): string =>
    `${what} ≤ ${max} bytes on disk: measured ${bytes.toFixed(1)}: ${bytes <= max ? 'kept' : 'missed'}`
  return [
    bound('bound: an event', bytesPerRow('message_events'), BYTES_PER_EVENT_MAX),
    bound('bound: a message', bytesPerRow('message_timeline'), BYTES_PER_MESSAGE_MAX),
    `what was said, beside its event: ${bytesPerRow('message_content').toFixed(1)} bytes`,
  ].join('\n')
}

function renderCost({ cost }: SizeResults): string {
  const list = (costs: Readonly<Record<string, number>>): string =>
    Object.entries(costs)
      .map(([name, us]) => `${name} ${us.toFixed(1)}`)
      .join(', ')
  return [
    `CPU µs to make the rows of one record: ${list(cost.rowsUs)}`,
    `CPU µs of the engine to insert one row, without merges: ${list(cost.insertUs)}`,
    `CPU µs of the engine to roll up one message: ${cost.rollUpUs?.toFixed(1) ?? '–'}`,
    `CPU µs of the engine for one event, all tables and merges: ${cost.engineUsPerEvent.toFixed(1)}`,
  ].join('\n')
}

/** With a mark where the query was given up. */
export function timeOf({ failure, ms }: Pick<Measurement, 'failure' | 'ms'>): string {
  const text = ms < 100 ? ms.toFixed(1) : group(Math.round(ms))
  return failure === undefined ? text : `> ${text}`
}

export function megabytes(bytes: number): string {
  return bytes < 1e7 ? (bytes / 1e6).toFixed(1) : group(Math.round(bytes / 1e6))
}

/** Groups of three digits. */
export function group(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ' ')
}
