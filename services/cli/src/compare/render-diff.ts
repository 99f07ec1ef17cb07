import {
  type ColumnDifference,
  type KindCount,
  type RawEnds,
  type RowCount,
  type TimelineDifference,
} from '@wabastream/clickhouse'
import { formatCount, printable } from '../output/format.ts'
import { renderTable } from '../output/table.ts'
import { type Paint } from '../output/terminal.ts'
import { describeKind } from './render-refusal.ts'

export interface ListedTimeline extends Omit<TimelineDifference, 'mine' | 'theirs'> {
  /** Empty if a generation has no row for it, or several. */
  readonly columns: readonly ColumnDifference[]
}

export interface GenerationDiff {
  readonly live: number
  readonly other: number
  /** Rows of webhooks below these raw offsets were counted. */
  readonly rawEnds: RawEnds
  readonly counts: readonly RowCount[]
  /** How they differ, by the names under which a swap accepts it. */
  readonly kinds: readonly KindCount[]
  readonly differing: number
  /** More differs than was looked at. */
  readonly isTruncated: boolean
  /** Timelines that kept changing while they were compared. */
  readonly inFlight: number
  /** The first of those that differ. */
  readonly listed: readonly ListedTimeline[]
  readonly isEqual: boolean
}

export function renderDiff(
  diff: GenerationDiff,
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  const { live, other, counts, differing, inFlight, kinds, listed } = diff
  const table = renderTable({
    columns,
    isCompact: false,
    head: ['table', `g${live} (live)`, `g${other}`, ''],
    aligns: ['left', 'right', 'right', 'left'],
    rows: counts.map((count) => [
      count.table,
      formatCount(count.live),
      formatCount(count.other),
      describeCount(count, paint),
    ]),
  })
  const verdict =
    differing === 0
      ? paint.green('no timeline differs')
      : paint.red(
          `${diff.isTruncated ? 'at least ' : ''}${formatCount(differing)} timelines differ`,
        )
  const moving = inFlight === 0 ? '' : `; ${formatCount(inFlight)} kept changing and were left out`
  const rest = differing > listed.length ? [`… and ${differing - listed.length} more`] : []
  return [
    table,
    ...kinds.map(describeKind),
    `${verdict}${moving}`,
    ...listed.flatMap((timeline) => renderTimeline(timeline, diff)),
    ...rest,
  ].join('\n')
}

function describeCount({ isExact, live, other }: RowCount, paint: Paint): string {
  if (!isExact) return paint.dim('for information: moves with traffic and its order')
  return live === other ? paint.green('equal') : paint.red('differ')
}

function renderTimeline(
  timeline: ListedTimeline,
  { live, other }: GenerationDiff,
): readonly string[] {
  const { number, messageId, participant, liveRows, otherRows, columns } = timeline
  const who = participant === '' ? '' : ` of ${printable(participant)}`
  const head = `  ${printable(number)} ${printable(messageId)}${who}`
  if (columns.length === 0) {
    return [
      `${head}: ${describeRows(liveRows)} in g${live}, ${describeRows(otherRows)} in g${other}`,
    ]
  }
  return [
    head,
    ...columns.map(
      ({ column, live: mine, other: theirs }) =>
        `    ${column}: g${live} ${show(mine)}, g${other} ${show(theirs)}`,
    ),
  ]
}

function describeRows(rows: number): string {
  if (rows === 0) return 'missing'
  return rows === 1 ? 'one row' : `split over ${rows} rows`
}

function show(value: unknown): string {
  return printable(JSON.stringify(value) ?? 'nothing')
}
