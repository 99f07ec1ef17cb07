import { type MessageEvent } from '@wabastream/contracts'
import { type EventRow } from './trace-queries.ts'
import { printable } from '../output/format.ts'

const ranks: Readonly<Record<string, number>> = { sent: 1, delivered: 2, read: 3, played: 4 }
const CONTENT_LENGTH_MAX = 40
const graphemes = new Intl.Segmenter()

function rankOf(event: EventRow): number {
  return event.eventType === 'MessageStatusChanged' && Object.hasOwn(ranks, event.status)
    ? (ranks[event.status] ?? 0)
    : 0
}

/** One line of the drawing: an event, or the same status of several participants in one body. */
export interface EventLine {
  readonly event: EventRow
  readonly what: string
  readonly items: string
  readonly flags: readonly string[]
}

export function toEventLines(events: readonly EventRow[]): readonly EventLine[] {
  const lines: EventLine[] = []
  for (let from = 0; from < events.length;) {
    const event = events[from]
    if (event === undefined) break
    const flags = eventFlags(events, from)
    let to = from + 1
    while (
      to < events.length &&
      isAlike(event, events[to]) &&
      eventFlags(events, to).join() === flags.join()
    )
      to += 1
    const last = events[to - 1] ?? event
    const count = to - from
    lines.push({
      event,
      what: printable(describeEvent(event, count)),
      items: count === 1 ? `item ${event.itemIndex}` : `items ${event.itemIndex}–${last.itemIndex}`,
      flags,
    })
    from = to
  }
  return lines
}

function isAlike(event: EventRow, other: EventRow | undefined): boolean {
  return (
    other !== undefined &&
    event.participant !== '' &&
    other.participant !== '' &&
    event.eventType === other.eventType &&
    event.status === other.status &&
    event.eventAt === other.eventAt &&
    event.rawPartition === other.rawPartition &&
    event.rawOffset === other.rawOffset
  )
}

/** What each event says, in a few words; in a group, `who` is the participant. */
const descriptions: Readonly<
  Record<MessageEvent['type'], (event: EventRow, who: string) => string>
> = {
  MessageStatusChanged: ({ status, errorCodes }, who) =>
    `${status}${errorCodes.length === 0 ? '' : ` (${errorCodes.join(', ')})`}${who}`,
  PaymentStatusChanged: ({ status }) => `payment ${status}`,
  MessageReceived: ({ messageType, content }) => `received ${messageType}${quote(content)}`,
  MessageEchoed: ({ messageType, content }) =>
    `written in the app: ${messageType}${quote(content)}`,
  MessageReacted: ({ emoji }) => (emoji === null ? 'reaction taken back' : `reaction ${emoji}`),
  MessageEdited: ({ content }) => `edited${quote(content)}`,
  MessageRevoked: () => 'revoked',
  MessageReplied: ({ carrierId }) => `answered by ${carrierId}`,
  MessageMarkedRead: ({ status }) => `marked as read ${asked(status)}`,
}

/** Who wanted it; a later version may know others. */
function asked(by: string): string {
  const words: Readonly<Record<string, string>> = {
    on_receipt: 'on receipt',
    on_reply: 'after an answer',
    on_request: 'on request',
  }
  return words[by] ?? `(${by})`
}

function describeEvent(event: EventRow, count: number): string {
  const by = count === 1 ? event.participant : `${count} participants`
  const who = event.participant === '' ? '' : ` by ${by}`
  const { eventType } = event
  return isDescribed(eventType) ? descriptions[eventType](event, who) : eventType
}

/** A later version may have written events that this one does not know. */
function isDescribed(eventType: string): eventType is MessageEvent['type'] {
  return Object.hasOwn(descriptions, eventType)
}

function quote(content: string): string {
  if (content === '') return ''
  const shown = Array.from(graphemes.segment(content), ({ segment }) => segment)
  return shown.length > CONTENT_LENGTH_MAX
    ? ` "${shown.slice(0, CONTENT_LENGTH_MAX).join('')}…"`
    : ` "${content}"`
}

/** How the event at `index` relates to those received before it. */
export function eventFlags(events: readonly EventRow[], index: number): readonly string[] {
  const event = events[index]
  if (event === undefined) return []
  const before = events.slice(0, index).filter((other) => other.participant === event.participant)
  const flags: string[] = []
  if (before.some(({ eventId }) => eventId === event.eventId)) {
    flags.push('duplicate')
  } else if (rankOf(event) > 0 && before.some((other) => rankOf(other) > rankOf(event))) {
    flags.push('late')
  }
  if (event.timeProblem !== '') flags.push(`time ${event.timeProblem}`)
  return flags
}
