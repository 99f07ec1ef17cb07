import Table from 'cli-table3'
import { formatCount, printable } from '../render/format.ts'
import { type Paint } from '../terminal.ts'
import { type ReconcileResult } from './reconcile-range.ts'

const NAMED_MAX = 1_000

export interface NamedDifference {
  readonly kind: string
  readonly partition: number
  /** An offset, or a range `from-to` with both ends in it. */
  readonly offsets: string
  readonly items: readonly number[]
  readonly amount: number
}

/** Each difference by its place: offsets without a verdict as ranges, then positions. */
export function nameDifferences({ slices }: ReconcileResult): readonly NamedDifference[] {
  return slices.flatMap(({ differences, gaps, rawPartition: partition }) => [
    ...gaps.map(({ from, to }): NamedDifference => ({
      kind: 'missing_verdict', partition, items: [], amount: to - from,
      offsets: to - from === 1 ? String(from) : `${from}-${to - 1}`,
    })),
    ...differences.map(({ amount, items, kind, rawOffset }): NamedDifference =>
      ({ kind, partition, offsets: String(rawOffset), items, amount })),
  ])
}

export function renderReconcile(result: ReconcileResult, paint: Paint): string {
  const table = new Table({
    head: ['hour', 'channel', 'raw records', 'verdicts', 'resent', 'items counted', 'positions',
      'dead letters', 'difference'],
    style: { head: [], border: [], compact: true },
  })
  for (const row of result.hours) {
    table.push([
      row.hour, printable(row.channel), ...[
        row.rawRecords, row.verdicts, row.resent, row.eventsCounted, row.eventsStored,
        row.lettersStored,
      ].map(formatCount),
      row.difference === 0 ? paint.green('0') : paint.red(formatCount(row.difference)),
    ])
  }
  const named = nameDifferences(result)
  const lines = named.slice(0, NAMED_MAX).map(({ items, kind, offsets, partition }) =>
    `  ${kind} ${partition}/${offsets}${items.length === 0 ? '' : ` items ${items.join(', ')}`}`)
  const untold = named.length - NAMED_MAX
  const lag = result.partitions.reduce((sum, { decodedTo, end }) => sum + end - decodedTo, 0)
  return [
    result.hours.length === 0 ? 'no webhooks in that time' : table.toString(),
    ...(lag > 0 ? [`${formatCount(lag)} raw records are not decoded yet and not compared`] : []),
    ...(named.length === 0 ? ['no difference'] : ['differences (raw partition/offset):', ...lines]),
    ...(untold > 0 ? [`  and ${untold} more (--json has all)`] : []),
  ].join('\n')
}
