import { formatCount, printable } from '../output/format.ts'
import { renderTable } from '../output/table.ts'
import { type Paint } from '../output/terminal.ts'
import { type ReconcileResult } from './reconcile-range.ts'

const NAMED_MAX = 1_000

export function renderReconcile(
  result: ReconcileResult,
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  const table = renderTable({
    columns,
    head: [
      'hour',
      'channel',
      'raw records',
      'verdicts',
      'resent',
      'items counted',
      'positions',
      'dead letters',
      'difference',
    ],
    rows: result.hours.map((row) => [
      row.hour,
      printable(row.channel),
      ...[
        row.rawRecords,
        row.verdicts,
        row.resent,
        row.eventsCounted,
        row.eventsStored,
        row.lettersStored,
      ].map(formatCount),
      row.difference === 0 ? paint.green('0') : paint.red(formatCount(row.difference)),
    ]),
  })
  const named = result.differences
  const lines = named
    .slice(0, NAMED_MAX)
    .map(
      ({ items, kind, offsets, partition }) =>
        `  ${kind} ${partition}/${offsets}${items.length === 0 ? '' : ` items ${items.join(', ')}`}`,
    )
  const unlisted = Math.max(0, named.length - NAMED_MAX) + result.unlisted
  const lag = result.partitions.reduce((sum, { decodedTo, end }) => sum + end - decodedTo, 0)
  return [
    result.hours.length === 0 ? 'no webhooks in that time' : table,
    ...(lag > 0 ? [`${formatCount(lag)} raw records are not decoded yet and not compared`] : []),
    ...(named.length === 0 ? ['no difference'] : ['differences (raw partition/offset):', ...lines]),
    ...(unlisted > 0 ? [`  and ${formatCount(unlisted)} more (--json names up to 10 000)`] : []),
  ].join('\n')
}
