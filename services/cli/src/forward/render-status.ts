import { formatCount, formatDuration, formatTime } from '../output/format.ts'
import { type Paint } from '../output/terminal.ts'
import { renderTable } from '../output/table.ts'
import { type DestinationStatus } from './read-status.ts'
import { type ForwardedWebhook } from './trace-forwarded.ts'

/** A line for each destination, as one would say it. */
export function renderStatus(statuses: readonly DestinationStatus[], paint: Paint): string {
  if (statuses.length === 0) return 'no destinations'
  const width = Math.max(...statuses.map(({ destination }) => destination.length))
  return statuses
    .map((status) => `${paint.bold(status.destination.padEnd(width))}  ${describe(status, paint)}`)
    .join('\n')
}

function describe(status: DestinationStatus, paint: Paint): string {
  const { difference, lost, oldestPendingMs, pending, state, tally } = status
  if (state === 'new') return paint.dim('has not begun: a forwarder begins it')
  const wanted = tally.acknowledged + tally.refused + pending
  const parts = [
    `acknowledged ${formatCount(tally.acknowledged)} of ${formatCount(wanted)}`,
    ...(tally.refused > 0 ? [paint.yellow(`refused ${formatCount(tally.refused)}`)] : []),
    ...(tally.unselected > 0 ? [`left out ${formatCount(tally.unselected)}`] : []),
    ...(pending > 0 ? [`pending ${formatCount(pending)}`] : []),
    oldestPendingMs === null
      ? paint.red('oldest pending no longer in Kafka')
      : `oldest pending ${oldestPendingMs < 1_000 ? '0 s' : formatDuration(oldestPendingMs)}`,
    ...(lost > 0 ? [paint.red(`${formatCount(lost)} deleted before they were sent`)] : []),
    ...(difference > 0 ? [paint.red(`${formatCount(difference)} unaccounted for`)] : []),
    ...(state === 'paused' ? [paint.yellow('paused')] : []),
    ...(state === 'unread' ? [paint.yellow('no forwarder reads for it')] : []),
  ]
  return parts.join(', ')
}

/** A row for each webhook about a message and each destination. */
export function renderForwarded(webhooks: readonly ForwardedWebhook[], columns: number): string {
  if (webhooks.length === 0) return 'no webhook about that message is known'
  return renderTable({
    columns,
    head: ['destination', 'received', 'receipt', 'raw', 'what became of it'],
    rows: webhooks.map((one) => [
      one.destination,
      formatTime(one.receivedAt),
      one.receiptId,
      `${one.partition}/${one.offset}`,
      one.letter === null ? one.outcome : `${one.outcome} (letter ${one.letter})`,
    ]),
  })
}
