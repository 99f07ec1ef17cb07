import { type EventRow } from '../query/trace-queries.ts'

const ranks: Readonly<Record<string, number>> = { sent: 1, delivered: 2, read: 3, played: 4 }
const CONTENT_LENGTH_MAX = 40
const graphemes = new Intl.Segmenter()

function rankOf(event: EventRow): number {
  return event.eventType === 'MessageStatusChanged' && Object.hasOwn(ranks, event.status)
    ? ranks[event.status] ?? 0
    : 0
}

/** What the event says, in a few words. */
export function describeEvent(event: EventRow): string {
  const who = event.participant === '' ? '' : ` by ${event.participant}`
  switch (event.eventType) {
    case 'MessageStatusChanged': {
      const codes = event.errorCodes.length === 0 ? '' : ` (${event.errorCodes.join(', ')})`
      return `${event.status}${codes}${who}`
    }
    case 'PaymentStatusChanged': return `payment ${event.status}`
    case 'MessageReceived': return `received ${event.messageType}${quote(event.content)}`
    case 'MessageEchoed': return `written in the app: ${event.messageType}${quote(event.content)}`
    case 'MessageReacted':
      return event.emoji === null ? 'reaction taken back' : `reaction ${event.emoji}`
    case 'MessageEdited': return `edited${quote(event.content)}`
    case 'MessageRevoked': return 'revoked'
    case 'MessageReplied': return `answered by ${event.carrierId}`
    default: return event.eventType
  }
}

function quote(content: string): string {
  if (content === '') return ''
  const shown = Array.from(graphemes.segment(content), ({ segment }) => segment)
  return shown.length > CONTENT_LENGTH_MAX
    ? ` "${shown.slice(0, CONTENT_LENGTH_MAX).join('')}…"`
    : ` "${content}"`
}

/** How the event at `index` stands to those received before it. */
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
