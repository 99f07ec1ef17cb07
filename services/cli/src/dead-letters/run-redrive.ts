import {
  countDeadLetters,
  type DeadLetterFilter,
  type DeadLetterRow,
  type LetterId,
  listDeadLetters,
} from './dead-letter-queries.ts'
import { commandText } from '../output/command-text.ts'
import { formatCount, printable } from '../output/format.ts'
import { renderTable } from '../output/table.ts'
import { type Terminal } from '../output/terminal.ts'
import { type RedriveOutcome, redriveLetters, type RedriveTools } from './redrive-letters.ts'

const DETAIL_LENGTH_MAX = 60

/**
 * Redrives the open letters of the filter, beginning with those that were tried least, and says
 * what became of each. After an error it still reports the letters before it, and then throws.
 * Resolves with whether all letters that it took succeeded and all that were named exist.
 */
export async function runRedrive(
  tools: RedriveTools,
  filter: Omit<DeadLetterFilter, 'state'>,
  {
    dataDirectory,
    isJson,
    terminal,
  }: {
    readonly dataDirectory: string
    readonly isJson: boolean
    readonly terminal: Terminal
  },
): Promise<boolean> {
  const { clickhouse, generation, isDryRun } = tools
  const open = { ...filter, state: 'open', generation }
  const total = await countDeadLetters(clickhouse, open)
  const letters = await listDeadLetters(clickhouse, { ...open, order: 'least tried' })
  const outcomes: RedriveOutcome[] = []
  let isEnded = false
  try {
    for await (const outcome of redriveLetters(tools, letters)) {
      outcomes.push(outcome)
      if (isJson) terminal.out(JSON.stringify(outcome))
    }
    isEnded = true
  } finally {
    if (!isJson && (isEnded || outcomes.length > 0))
      terminal.out(render(outcomes, isDryRun, terminal.columns))
    if (!isEnded) {
      terminal.note(
        `stopped by an error with ${formatCount(outcomes.length)} of ` +
          `${formatCount(letters.length)} tried: repeat the command for the others`,
      )
    }
    const absent = idsAbsent(filter.ids ?? [], letters)
    if (absent.length > 0) terminal.note(describeAbsent(absent, dataDirectory))
    const left = total - letters.length
    if (left > 0) {
      terminal.note(
        `${formatCount(left)} more open letters of that kind were not taken: ` +
          'repeat the command for them',
      )
    }
  }
  return (
    outcomes.every(({ outcome }) => outcome === 'redriven') &&
    idsAbsent(filter.ids ?? [], letters).length === 0
  )
}

function idsAbsent(ids: readonly LetterId[], letters: readonly DeadLetterRow[]): readonly string[] {
  const found = new Set(letters.map(({ id }) => id))
  return ids.map(({ offset, partition }) => `${partition}-${offset}`).filter((id) => !found.has(id))
}

function describeAbsent(ids: readonly string[], dataDirectory: string): string {
  const list = commandText(['dead-letters', 'list', '--state', 'open'], dataDirectory)
  return (
    `No open dead letter has the id ${ids.join(', ')}: every attempt gives a letter another. ` +
    `\`${list}\` shows those there are.`
  )
}

function render(outcomes: readonly RedriveOutcome[], isDryRun: boolean, columns: number): string {
  if (outcomes.length === 0) return 'no open dead letters of that kind'
  const table = renderTable({
    columns,
    head: ['id', isDryRun ? 'would be' : 'outcome', 'detail'],
    rows: outcomes.map(({ detail, id, outcome }) => [
      id,
      outcome,
      printable(detail).slice(0, DETAIL_LENGTH_MAX),
    ]),
  })
  const done = outcomes.filter(({ outcome }) => outcome === 'redriven').length
  const end = isDryRun ? 'would be redriven; nothing was written' : 'redriven'
  return `${table}\n${done} of ${outcomes.length} ${end}`
}
