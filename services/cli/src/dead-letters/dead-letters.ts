import { type DeadLetterRow, type DeadLetterWithBody } from './dead-letter-queries.ts'
import { type Paint } from '../output/terminal.ts'
import { renderBytes } from '../output/bytes.ts'
import { formatTime, printable } from '../output/format.ts'
import { renderTable } from '../output/table.ts'

const DETAIL_LENGTH_MAX = 60

/** `hint` is the command that shows one of them. */
export function renderDeadLetterList(
  rows: readonly DeadLetterRow[],
  {
    columns,
    hint,
    paint,
  }: {
    readonly columns: number
    readonly hint: string
    readonly paint: Paint
  },
): string {
  if (rows.length === 0) return 'no dead letters'
  const table = renderTable({
    columns,
    head: ['id', 'state', 'received', 'reason', 'stage', 'channel', 'source', 'bytes', 'detail'],
    rows: rows.map((row) => [
      row.id,
      row.state,
      formatTime(row.receivedAt),
      paint.yellow(row.reason),
      row.destination === '' ? row.stage : `${row.stage} ${row.destination}`,
      printable(row.channel),
      positionOf(row),
      String(row.bytes),
      printable(row.detail).slice(0, DETAIL_LENGTH_MAX),
    ]),
  })
  return `${table}\n${paint.dim(`${hint} prints one with its bytes`)}`
}

export function renderDeadLetter(letter: DeadLetterWithBody, paint: Paint): string {
  const field = (name: string, value: string): string =>
    `  ${paint.dim(name.padEnd(11))}${printable(value)}`
  return [
    `${paint.bold(`Dead letter ${letter.id}`)}  ${paint.yellow(letter.reason)}`,
    field('detail', letter.detail),
    field('gave up', stageOf(letter)),
    field('attempts', String(letter.attempts)),
    field('first seen', formatTime(letter.firstSeenAt)),
    field(
      'state',
      letter.redrivenAt === null ? 'open' : `redriven at ${formatTime(letter.redrivenAt)}`,
    ),
    field('record', `${letter.topic} ${positionOf(letter)}`),
    field('received', formatTime(letter.receivedAt)),
    field('channel', letter.channel || '(unknown)'),
    field('receipt', letter.receiptId || '(unknown)'),
    field('bytes', String(letter.bytes)),
    '',
    renderBytes(letter.body),
  ].join('\n')
}

function stageOf({ destination, generation, stage }: DeadLetterRow): string {
  return destination === '' ? `${stage} (generation ${generation})` : `${stage} to ${destination}`
}

function positionOf(row: DeadLetterRow): string {
  const item = row.itemIndex < 0 ? '' : ` item ${row.itemIndex}`
  return `${row.partition}/${row.offset}${item}`
}
