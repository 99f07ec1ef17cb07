import {
  type MessageEdited,
  type MessageReplied,
  type MessageRevoked,
  type MessageTimeline,
} from '@wabastream/contracts'
import { earliest, greatestText, latest } from './joins.ts'

// What somebody does to a message. Each function returns the very timeline it got when the event
// adds nothing to it.

/** Only its sender can edit a message, so the edit says who that was. */
export function withEdit(timeline: MessageTimeline, edited: MessageEdited): MessageTimeline {
  const editedAt = latest(timeline.editedAt, edited.envelope.providerTime)
  const known =
    timeline.edited && editedAt === timeline.editedAt
      ? timeline
      : { ...timeline, edited: true, editedAt }
  return withSender(known, edited.fromBusiness)
}

export function withRevocation(
  timeline: MessageTimeline,
  revoked: MessageRevoked,
): MessageTimeline {
  const revokedAt = earliest(timeline.revokedAt, revoked.envelope.providerTime)
  const known =
    timeline.revoked && revokedAt === timeline.revokedAt
      ? timeline
      : { ...timeline, revoked: true, revokedAt }
  return withSender(known, revoked.fromBusiness)
}

/** A business that quotes itself has not been answered by the customer, nor the reverse. */
export function withReply(timeline: MessageTimeline, replied: MessageReplied): MessageTimeline {
  const at = replied.envelope.providerTime
  if (replied.fromBusiness) {
    const businessRepliedAt = earliest(timeline.businessRepliedAt, at)
    const isKnown = timeline.businessReplied && businessRepliedAt === timeline.businessRepliedAt
    return isKnown ? timeline : { ...timeline, businessReplied: true, businessRepliedAt }
  }
  const repliedAt = earliest(timeline.repliedAt, at)
  if (timeline.replied && repliedAt === timeline.repliedAt) return timeline
  return { ...timeline, replied: true, repliedAt }
}

function withSender(timeline: MessageTimeline, isBusiness: boolean): MessageTimeline {
  if (isBusiness) return timeline.outbound ? timeline : { ...timeline, outbound: true }
  return timeline.inbound ? timeline : { ...timeline, inbound: true }
}

export function withGroup(
  timeline: MessageTimeline,
  given: { readonly groupId: string | null },
): MessageTimeline {
  const groupId = greatestText(timeline.groupId, given.groupId)
  return groupId === timeline.groupId ? timeline : { ...timeline, groupId }
}
