import {
  type MessageEdited,
  type MessageMarkedRead,
  type MessageReplied,
  type MessageRevoked,
  type MessageTimeline,
} from '@wabastream/contracts'
import { earliest, greatestText, latest } from './joins.ts'

// What somebody does to a message, which is not the message itself: where nobody has seen it, its
// edit or revocation is no message sent or received. Each function returns the very timeline it
// got when the event adds nothing to it.

export function withEdit(timeline: MessageTimeline, edited: MessageEdited): MessageTimeline {
  const editedAt = latest(timeline.editedAt, edited.envelope.providerTime)
  const isKnown = timeline.edited && editedAt === timeline.editedAt
  return isKnown ? timeline : { ...timeline, edited: true, editedAt }
}

export function withRevocation(
  timeline: MessageTimeline,
  revoked: MessageRevoked,
): MessageTimeline {
  const revokedAt = earliest(timeline.revokedAt, revoked.envelope.providerTime)
  const isKnown = timeline.revoked && revokedAt === timeline.revokedAt
  return isKnown ? timeline : { ...timeline, revoked: true, revokedAt }
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

/** Says nothing of the message itself: one that nobody has seen is no message received. */
export function withMark(timeline: MessageTimeline, marked: MessageMarkedRead): MessageTimeline {
  const markedReadAt = earliest(timeline.markedReadAt, marked.envelope.providerTime)
  const isKnown = timeline.markedRead && markedReadAt === timeline.markedReadAt
  return isKnown ? timeline : { ...timeline, markedRead: true, markedReadAt }
}

export function withGroup(
  timeline: MessageTimeline,
  given: { readonly groupId: string | null },
): MessageTimeline {
  const groupId = greatestText(timeline.groupId, given.groupId)
  return groupId === timeline.groupId ? timeline : { ...timeline, groupId }
}
