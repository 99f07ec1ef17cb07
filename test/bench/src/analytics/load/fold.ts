import {
  isMessageEvent,
  type MessageTimeline,
  type StatusTransition,
  type WhatsAppEvent,
} from '@wabastream/contracts'
import { decideTransitions, evolve, initialTimeline, renewedTimeline } from '@wabastream/domain'

/** How long the timeline processor remembers a message without any event, by default. */
export const EXPIRY_DAYS = 45
const EXPIRY_MS = EXPIRY_DAYS * 86_400_000
const NONE: readonly StatusTransition[] = []

/** What the timeline processor writes for one event. */
export interface Folded {
  readonly timeline: MessageTimeline | undefined
  readonly transitions: readonly StatusTransition[]
}

const NOTHING: Folded = { timeline: undefined, transitions: NONE }

/** Folds an event into what is known of its message, which is kept in `thread`. */
export function fold(
  event: WhatsAppEvent,
  thread: { timeline: MessageTimeline | undefined } | undefined,
): Folded {
  if (thread === undefined || !isMessageEvent(event)) return NOTHING
  const known = thread.timeline
  const isExpired =
    known !== undefined && event.data.envelope.receivedAt - known.lastReceivedAt > EXPIRY_MS
  const before = isExpired ? undefined : known
  const begun = isExpired ? renewedTimeline(event, known) : initialTimeline(event)
  const after = evolve(before ?? begun, event)
  thread.timeline = after
  const change = { before, after, event, expiryMs: EXPIRY_MS }
  return { timeline: after, transitions: decideTransitions(change) }
}
