import { type ErrorCode } from '@wabastream/clickhouse'
import { type EventRow, type TimelineRow, type Trace, type TransitionRow } from './trace-queries.ts'
import { type Paint } from '../output/terminal.ts'
import { formatDuration, formatTime, printable } from '../output/format.ts'
import { timelineFlags, topRung } from './timeline-facts.ts'
import { toEventLines } from './trace-events.ts'

const PARTICIPANTS_MAX = 40
/** Approximate width of what is beside the words of an event in a line. */
const EVENT_WIDTH = 105

/** How wide it is, and in which colours. */
interface Look {
  readonly columns: number
  readonly paint: Paint
}

/** The timeline of one message, drawn for a terminal. */
export function renderTrace(trace: Trace, look: Look): string {
  const { paint } = look
  const numbers = [...new Set([...trace.timelines, ...trace.events].map(({ number }) => number))]
  const parts = numbers.map((number) => renderOfNumber(trace, number, look))
  if (trace.codes.length > 0) parts.push(renderCodes(trace.codes, paint))
  if (trace.isCut) parts.push(paint.yellow('there are more events or transitions than are shown'))
  return [paint.bold(`Message ${printable(trace.messageId)}`), ...parts].join('\n\n')
}

function renderCodes(codes: readonly ErrorCode[], paint: Paint): string {
  const lines = codes.flatMap(({ code, meaning, retryable, whoCanAct }) => [
    `  ${String(code).padEnd(6)}  ${meaning}`,
    paint.dim(
      `          ${whoCanAct === 'nobody' ? 'nobody' : `the ${whoCanAct}`} can act; ` +
        `sending it again ${retryable ? 'may help' : 'does not help'}`,
    ),
  ])
  return [paint.bold('Error codes'), ...lines].join('\n')
}

function renderOfNumber(trace: Trace, number: string, look: Look): string {
  const { paint } = look
  const timelines = trace.timelines.filter((row) => row.number === number)
  const events = trace.events.filter((row) => row.number === number)
  const transitions = trace.transitions.filter((row) => row.number === number)
  const whole = timelines.filter(({ participant }) => participant === '')
  const participants = timelines.filter(({ participant }) => participant !== '')
  const lines = [`number ${paint.cyan(number)}`]
  for (const row of whole) lines.push(...renderSummary(row, paint))
  if (participants.length > 0) lines.push('', ...renderParticipants(participants, paint))
  lines.push('', ...renderEvents(events, look))
  if (transitions.length > 0) lines.push('', ...renderTransitions(transitions, paint))
  return lines.join('\n')
}

function renderSummary(row: TimelineRow, paint: Paint): string[] {
  const about: string[] = []
  if (row.outbound) about.push('outbound')
  if (row.inbound) about.push('inbound')
  if (row.messageType !== '') about.push(row.messageType)
  if (row.pricingCategory !== '') {
    const type = row.pricingType === '' ? '' : ` (${row.pricingType})`
    about.push(`${row.pricingCategory}${type}`)
  }
  if (row.callbackData !== '') about.push(`callback ${row.callbackData}`)
  if (row.contactId !== '') about.push(`with ${row.contactId}`)
  else if (row.contactUserId !== '') about.push(`with ${row.contactUserId}`)
  if (row.groupId !== '') about.push(`group ${row.groupId}`)
  const flags = timelineFlags(row)
  const lines = [
    `  ${printable(about.join(' · '))}`,
    `  status ${paintStatus(topRung(row), paint)}${renderLadder(row, paint)}`,
  ]
  if (flags.length > 0) lines.push(`  flags  ${paint.yellow(printable(flags.join(', ')))}`)
  return lines
}

/** The rungs that were reached, with the time that each took since the one before. */
function renderLadder(row: TimelineRow, paint: Paint): string {
  const steps: string[] = []
  let before: number | null = null
  const rungs = [
    ['sent', row.sentAt],
    ['delivered', row.deliveredAt],
    ['read', row.readAt],
    ['played', row.playedAt],
    ['failed', row.failedAt],
  ] as const
  for (const [rung, at] of rungs) {
    if (at === null) continue
    steps.push(before === null ? rung : `─ ${formatDuration(at - before)} → ${rung}`)
    before = at
  }
  return steps.length > 1 ? paint.dim(`   ${steps.join(' ')}`) : ''
}

function paintStatus(status: string, paint: Paint): string {
  if (status === 'failed') return paint.red(paint.bold(status))
  return status === 'none' ? paint.dim(status) : paint.green(paint.bold(status))
}

function renderParticipants(rows: readonly TimelineRow[], paint: Paint): string[] {
  const shown = rows.slice(0, PARTICIPANTS_MAX)
  const width = Math.max(...shown.map(({ participant }) => participant.length))
  const lines = shown.map(
    (row) =>
      `  ${printable(row.participant).padEnd(width)}  ` +
      `${paintStatus(topRung(row), paint)}${renderLadder(row, paint)}`,
  )
  const more = rows.length - shown.length
  if (more > 0) lines.push(`  … and ${more} more`)
  return [paint.bold(`Participants (${rows.length})`), ...lines]
}

function renderEvents(events: readonly EventRow[], { columns, paint }: Look): string[] {
  if (events.length === 0) return [paint.dim('no events stored')]
  const lines = toEventLines(events)
  const width = lines.reduce((widest, { what }) => Math.max(widest, what.length), 0)
  const rendered = lines.map(({ event, what, items, flags }, index) => {
    const { eventAt, receivedAt, rawPartition, rawOffset, channel } = event
    const delay = eventAt === null ? '' : ` (${formatDuration(receivedAt - eventAt)} later)`
    const [branch, stem] = index === lines.length - 1 ? ['└─', '  '] : ['├─', '│ ']
    const head = `  ${paint.dim(branch)} ${formatTime(eventAt).padEnd(19)}  `
    const received = `received ${formatTime(receivedAt)}${delay}`
    const place = `raw ${rawPartition}/${rawOffset} ${items}  ${printable(channel)}`
    const marks = flags.length === 0 ? '' : `  ${paint.yellow(flags.join(', '))}`
    if (EVENT_WIDTH + width > columns) {
      const below = [received, place].map((text) => `  ${paint.dim(`${stem}   ${text}`)}`)
      return [`${head}${what}${marks}`, ...below].join('\n')
    }
    return `${head}${what.padEnd(width)}  ${paint.dim(`${received}  ${place}`)}${marks}`
  })
  return [paint.bold(`Events (${events.length}), as received`), ...rendered]
}

function renderTransitions(rows: readonly TransitionRow[], paint: Paint): string[] {
  const width = Math.max(...rows.map(({ participant }) => participant.length))
  const lines = rows.map((row) => {
    const who = width === 0 ? '' : `${printable(row.participant).padEnd(width)}  `
    const from = row.previousRung === '' ? 'start' : row.previousRung
    const arrow = row.kind === 'filled_in' ? `${row.rung} (below ${from})` : `${from} → ${row.rung}`
    const since: string[] = []
    if (row.sinceSentMs !== null) since.push(`${formatDuration(row.sinceSentMs)} after sent`)
    if (row.sinceDeliveredMs !== null && row.sinceDeliveredMs !== row.sinceSentMs) {
      since.push(`${formatDuration(row.sinceDeliveredMs)} after delivered`)
    }
    if (row.failureCode !== null) since.push(`code ${row.failureCode}`)
    return (
      `  ${who}${row.kind.padEnd(10)} ${arrow.padEnd(22)} ${formatTime(row.at)}` +
      (since.length === 0 ? '' : paint.dim(`  ${since.join(', ')}`))
    )
  })
  return [paint.bold(`Transitions (${rows.length})`), ...lines]
}
