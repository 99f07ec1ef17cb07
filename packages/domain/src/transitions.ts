import {
  type MessageEvent,
  type MessageTimeline,
  type Rung,
  type StatusTransition,
  type TransitionKind,
} from '@wabastream/contracts'
import { highestRung, isConflict, parseRung, rungBit } from './ladder.ts'
import { timesOf } from './later-times.ts'

/** A change of the status, and the timeline before and after it. */
export interface StatusChange {
  readonly before: MessageTimeline | undefined
  readonly after: MessageTimeline
  readonly event: MessageEvent
  /** How long a timeline lasts without any event. */
  readonly expiryMs: number
}

/**
 * What one event changed about the status; empty if it changed nothing. A timeline reports each
 * rung once, and again if its time is further than the expiry from every known time: read in order,
 * the two might have belonged to different timelines, and what is reported must not depend on
 * order. What a history synchronisation says is not reported.
 */
export function decideTransitions(change: StatusChange): readonly StatusTransition[] {
  const { before, after, event } = change
  if (event.type !== 'MessageStatusChanged') return NONE
  const { status } = event.data
  const rung = status === 'failed' ? status : parseRung(status)
  if (rung === undefined) return NONE
  const kind = decideKind(change, rung, event.data.envelope.providerTime)
  if (kind === undefined) return NONE
  const { envelope } = event.data
  const transition = toTransition({ before, after, kind, rung, envelope })
  const isNewConflict = isConflict(after) && (before === undefined || !isConflict(before))
  if (!isNewConflict) return [transition]
  return [transition, toTransition({ before, after, kind: 'conflicted', rung, envelope })]
}

const NONE: readonly StatusTransition[] = []

function decideKind(
  { before, expiryMs }: StatusChange,
  rung: Rung | 'failed',
  at: number | null,
): TransitionKind | undefined {
  if (before !== undefined && isReported(before, rung)) {
    const known = timesOf(before, rung)
    if (at === null || known.length === 0) return undefined
    if (known.some((time) => Math.abs(time - at) <= expiryMs)) return undefined
  }
  if (rung === 'failed') return 'failed'
  return (before?.rungs ?? 0) < 2 * rungBit(rung) ? 'advanced' : 'filled_in'
}

function isReported({ failed, rungs }: MessageTimeline, rung: Rung | 'failed'): boolean {
  return rung === 'failed' ? failed : (rungs & rungBit(rung)) !== 0
}

function toTransition({
  before,
  after,
  kind,
  rung,
  envelope,
}: {
  readonly before: MessageTimeline | undefined
  readonly after: MessageTimeline
  readonly kind: TransitionKind
  readonly rung: Rung | 'failed'
  readonly envelope: MessageEvent['data']['envelope']
}): StatusTransition {
  const at = envelope.providerTime
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

/** Null where the provider's clocks say that it came before its beginning: nobody knows then. */
function elapsed(from: number | null, to: number | null): number | null {
  return from === null || to === null || to < from ? null : to - from
}
