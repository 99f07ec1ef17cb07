import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'

/** Width of the lines between columns and the blanks beside them. */
const FRAME_PER_COLUMN = 3
/** Narrower columns are unreadable: each row becomes a block of lines instead. */
const COLUMN_WIDTH_MIN = 8

export interface TableView {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly aligns?: readonly ('left' | 'right')[]
  /** Characters in a line of the terminal; Infinity if nobody looks. */
  readonly columns: number
  /** Without a line between the rows. */
  readonly isCompact?: boolean
}

/**
 * A table that fits the terminal: wide columns wrap, and if that is not enough, rows become blocks.
 */
export function renderTable(view: TableView): string {
  const { aligns, columns, head, isCompact = true, rows } = view
  const wanted = widthsOf(view)
  const room = columns - FRAME_PER_COLUMN * head.length - 1
  if (room < Math.min(sum(wanted), COLUMN_WIDTH_MIN * head.length)) return renderBlocks(view)
  const table = new Table({
    head: [...head],
    style: { head: [], border: [], compact: isCompact },
    ...(aligns === undefined ? {} : { colAligns: [...aligns] }),
    ...(sum(wanted) <= room
      ? {}
      : {
          colWidths: shrink(wanted, room).map((width) => width + FRAME_PER_COLUMN - 1),
          wordWrap: true,
          wrapOnWordBoundary: false,
        }),
  })
  for (const row of rows) table.push([...row])
  return table.toString()
}

function renderBlocks({ head, rows }: TableView): string {
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const name = head[column] ?? ''
          return name === '' ? cell : `${name}: ${cell}`
        })
        .join('\n'),
    )
    .join('\n\n')
}

function widthsOf({ head, rows }: TableView): readonly number[] {
  return head.map((name, column) =>
    rows.reduce((width, row) => Math.max(width, lengthOf(row[column] ?? '')), lengthOf(name)),
  )
}

/** Narrows the widest columns until all fit. */
function shrink(widths: readonly number[], room: number): readonly number[] {
  const shrunk = [...widths]
  for (let excess = sum(shrunk) - room; excess > 0; excess -= 1) {
    const widest = shrunk.indexOf(Math.max(...shrunk))
    shrunk[widest] = (shrunk[widest] ?? 1) - 1
  }
  return shrunk
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length
}
