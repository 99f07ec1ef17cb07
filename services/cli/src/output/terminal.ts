import { redacted } from '@wabastream/contracts'
import pc from 'picocolors'

/** Colours text, or leaves it unchanged if colours are off. */
export type Paint = Pick<
  typeof pc,
  'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'blue' | 'magenta'
>

export interface Terminal {
  /** A line of result. */
  out(line: string): void
  /**
   * A line about the work: progress, warnings, errors. Passwords in URLs are removed, whoever wrote
   * it.
   */
  note(line: string): void
  readonly paint: Paint
  /** Somebody is watching: progress may be redrawn in place. */
  readonly isInteractive: boolean
  /** Characters in a line of the results; Infinity if they go elsewhere. */
  readonly columns: number
}

export const plainPaint: Paint = pc.createColors(false)

export function createTerminal(): Terminal {
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${redacted(line)}\n`),
    paint: pc,
    isInteractive: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? columnsOf(process.env['COLUMNS']),
  }
}

function columnsOf(text: string | undefined): number {
  const columns = Number(text)
  return Number.isInteger(columns) && columns > 0 ? columns : Infinity
}
