import { answerLimits } from '@wabastream/simulator'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatShare,
  printable,
} from '../output/format.ts'
import { renderTable } from '../output/table.ts'
import { type Terminal } from '../output/terminal.ts'
import { type SimulationReport } from './simulation-report.ts'

const NAMED_MAX = 10

export function renderSimulation(
  report: SimulationReport,
  { columns, paint }: Pick<Terminal, 'columns' | 'paint'>,
): string {
  const { bold } = paint
  return [
    `${bold('Sent')}\n${renderSent(report)}`,
    `${bold('Answers')}\n${renderAnswers(report, paint)}`,
    renderNumbers(report, columns),
    ...renderLost(report, paint),
  ].join('\n\n')
}

function renderSent(report: SimulationReport): string {
  const { drainSeconds, messages, seconds, upcoming, webhooks } = report
  const updates = Object.values(report.updatesAcknowledged).reduce((sum, count) => sum + count, 0)
  const ahead =
    upcoming === 0 ? '' : `; ${formatCount(upcoming)} more updates had not happened by then`
  return (
    `  ${formatCount(messages)} messages, events and calls in ` +
    `${formatDuration(seconds * 1_000)}, then ${formatDuration(drainSeconds * 1_000)} of ` +
    `waiting${ahead}\n` +
    `  ${formatCount(webhooks.offered)} webhooks, of which ` +
    `${formatCount(webhooks.acknowledged)} were acknowledged ` +
    `with ${formatCount(updates)} updates in ` +
    `${formatBytes(report.bytesAcknowledged)}\n` +
    `  up to ${formatCount(report.busiestSecond)} in a second · ` +
    `largest body ${formatBytes(report.largestBytes)} · ` +
    `${formatCount(webhooks.retries)} tried again · ` +
    `${formatCount(webhooks.overflowed)} overflowed · ${formatCount(webhooks.expired)} expired · ` +
    `${formatCount(webhooks.left)} left in queues`
  )
}

function renderAnswers({ answers, statuses }: SimulationReport, paint: Terminal['paint']): string {
  const { medianMs, slowMs, slowShare } = answerLimits
  const others = Object.entries(statuses).filter(([status]) => status !== '200')
  const refusals = others.map(
    ([status, count]) => `${status === '0' ? 'none in time' : status}: ${formatCount(count)}`,
  )
  const slow = formatShare(answers.slowShare, 1)
  const refused = refusals.length === 0 ? '' : `\n  other answers: ${refusals.join(', ')}`
  if (answers.isWithinLimits === null) return `  no webhook was acknowledged${refused}`
  const verdict = answers.isWithinLimits ? paint.green('within') : paint.red('beyond')
  return (
    `  median ${formatDuration(answers.medianMs)} · 99 % within ${formatDuration(answers.p99Ms)} ` +
    `· longest ${formatDuration(answers.maxMs)} · ${slow} over ${formatDuration(slowMs)} or none\n` +
    `  ${verdict} what providers ask for: a median of at most ${formatDuration(medianMs)}, and ` +
    `less than ${formatShare(slowShare, 1)} over ${formatDuration(slowMs)}${refused}`
  )
}

function renderNumbers({ numbers }: SimulationReport, columns: number): string {
  return renderTable({
    head: ['number', 'provider', 'webhooks', 'acked', 'overflowed', 'expired', 'left'],
    aligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
    columns,
    rows: numbers.map((one) => [
      one.numberId,
      one.provider,
      ...[one.offered, one.acknowledged, one.overflowed, one.expired, one.left].map(formatCount),
    ]),
  })
}

function renderLost({ numbers }: SimulationReport, paint: Terminal['paint']): readonly string[] {
  const lost = numbers.filter(({ lostUpdates }) => lostUpdates.length > 0)
  return lost.map(({ lostUpdates, numberId }) => {
    const named = lostUpdates.slice(0, NAMED_MAX).map((name) => `  ${printable(name)}`)
    const rest = lostUpdates.length - named.length
    const more = rest === 0 ? [] : [`  and ${formatCount(rest)} more (--json names them)`]
    return [paint.red(`Lost of ${numberId}`), ...named, ...more].join('\n')
  })
}
