import { type DeadLetterRow, listDeadLetters, readOpenLettersOf } from './dead-letter-queries.ts'
import { type RedriveTools, settle } from './redrive-letters.ts'

const LETTERS_MAX = 10_000

/**
 * Ends the open letters of a destination that is no more, without sending them to anyone; resolves
 * with how many there were. Repeat it while it resolves with the most that it takes, 10 000.
 */
export async function closeLetters(
  tools: Omit<RedriveTools, 'isDryRun' | 'posterOf' | 'kafka'>,
  destination: string,
): Promise<number> {
  const { clickhouse, generation } = tools
  const rows: readonly DeadLetterRow[] = await listDeadLetters(clickhouse, {
    generation,
    destination,
    state: 'open',
    limit: LETTERS_MAX,
  })
  for (const row of rows) {
    const open = await readOpenLettersOf(clickhouse, generation, row)
    for (const letter of open) await settle({ ...tools, isDryRun: false }, letter, undefined)
  }
  return rows.length
}
