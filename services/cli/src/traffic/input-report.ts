import { type Paint } from '../output/terminal.ts'
import { type InputReport } from './input-outcome.ts'
import { formatCount, printable } from '../output/format.ts'

const DIFFERENCES_MAX = 100

/**
 * Counts from the request to the tables, and then every body that is not completely there, and why.
 */
export function renderInputReport(report: InputReport, paint: Paint): string {
  const row = (name: string, count: number, note = ''): string =>
    `  ${name.padEnd(16)}${formatCount(count).padStart(8)}  ${paint.dim(note)}`.trimEnd()
  const reasons = Object.entries(report.deadLetterReasons)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ')
  const { outcomes, lost } = report
  const differing = outcomes.filter(({ difference }) => difference !== null)
  const lines = [
    paint.bold('Input'),
    row('bodies', report.bodies),
    row('acked', report.acked, report.refused === 0 ? '' : `${report.refused} refused`),
    row('decoded', report.decoded),
    row('partial', report.partial),
    row('empty', report.empty),
    row('undecodable', report.undecodable),
    row('dead-lettered', report.deadLettered, reasons),
    row('stored', report.stored, 'rows of raw_webhooks'),
    row('events', report.storedEvents, `stored, of ${formatCount(report.events)} decoded`),
    '',
    paint.bold(`Differences (${differing.length})`),
    ...differing.slice(0, DIFFERENCES_MAX).map(({ file, difference, status }) => {
      const colour = status === 200 ? paint.yellow : paint.red
      return `  ${printable(file)}  ${colour(difference ?? '')}`
    }),
  ]
  const hidden = differing.length - DIFFERENCES_MAX
  if (hidden > 0) lines.push(`  … and ${hidden} more; --json lists all`)
  lines.push(
    '',
    lost === 0
      ? paint.green('Every acked body is accounted for.')
      : paint.red(`${lost} acked bodies are not stored as they should be.`),
  )
  return lines.join('\n')
}
