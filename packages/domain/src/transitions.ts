import {
  type MessageEvent, type MessageTimeline, type Rung, type StatusTransition, type TransitionKind,
} from '@wabastream/contracts'
import { highestRung, isConflict, parseRung, rungBit, rungTime } from './ladder.ts'

/**
 * What changed of the status by one event; empty when nothing did. Over the whole life of a
 * timeline each (kind, rung) comes at most once. What a history synchronisation tells is not news.
 */
export function decideTransitions(
  before: MessageTimeline | undefined,
  after: MessageTimeline,
  event: MessageEvent,
): readonly StatusTransition[] {
  if (event.type !== 'MessageStatusChanged' || before === after) return NONE
  const { status } = event.data
  const rung = status === 'failed' ? status : parseRung(status)
  if (rung === undefined) return NONE
  const kind = decideKind(before, after, rung)
  if (kind === undefined) return NONE
  const { envelope } = event.data
  const transition = toTransition({ before, after, kind, rung, envelope })
  const isNewConflict = isConflict(after) && (before === undefined || !isConflict(before))
  if (!isNewConflict) return [transition]
  return [transition, toTransition({ before, after, kind: 'conflicted', rung, envelope })]
}

const NONE: readonly StatusTransition[] = []

function decideKind(
  before: MessageTimeline | undefined,
  after: MessageTimeline,
  rung: Rung | 'failed',
): TransitionKind | undefined {
  if (rung === 'failed') return before?.failed ? undefined : 'failed'
  const known = before?.rungs ?? 0
  if (known === after.rungs) return undefined
  return rungBit(rung) > known ? 'advanced' : 'filled_in'
}

function toTransition({ before, after, kind, rung, envelope }: {
  readonly before: MessageTimeline | undefined
  readonly after: MessageTimeline
  readonly kind: TransitionKind
  readonly rung: Rung | 'failed'
  readonly envelope: MessageEvent['data']['envelope']
}): StatusTransition {
  const at = rung === 'failed' ? after.failedAt : rungTime(after, rung)
  const isUpToDelivered = rung === 'sent' || rung === 'delivered'
  return {
    number: after.number,
    messageId: after.messageId,
    participant: after.participant,
    kind,
    rung,
    previousRung: highestRung(before?.rungs ?? 0),
    at,
    receivedAt: envelope.receivedAt,
    sinceSentMs: rung === 'sent' ? null : elapsed(after.sentAt, at),
    sinceDeliveredMs: isUpToDelivered ? null : elapsed(after.deliveredAt, at),
    failureCode: kind === 'failed' || kind === 'conflicted' ? after.failureCode : null,
    anchorDay: after.anchorDay,
    eventId: envelope.eventId,
  }
}

/** Negative where the provider's clocks say so. */
function elapsed(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from
}
