import {
  type MessageEdited,
  type MessageMarkedRead,
  type MessageReplied,
  type MessageRevoked,
} from '@wabastream/contracts'
import { earliest, greatestText, latest } from './joins.ts'
import { type TimelineDraft } from './timeline-draft.ts'

// What somebody does to a message, which is not the message itself: where nobody has seen it, its
// edit or revocation is no message sent or received.

export function addEdit(draft: TimelineDraft, edited: MessageEdited): void {
  draft.edited = true
  draft.editedAt = latest(draft.editedAt, edited.envelope.providerTime)
}

export function addRevocation(draft: TimelineDraft, revoked: MessageRevoked): void {
  draft.revoked = true
  draft.revokedAt = earliest(draft.revokedAt, revoked.envelope.providerTime)
}

/** A business that quotes itself has not been answered by the customer, nor the reverse. */
export function addReply(draft: TimelineDraft, replied: MessageReplied): void {
  const at = replied.envelope.providerTime
  if (replied.fromBusiness) {
    draft.businessReplied = true
    draft.businessRepliedAt = earliest(draft.businessRepliedAt, at)
  } else {
    draft.replied = true
    draft.repliedAt = earliest(draft.repliedAt, at)
  }
}

/** Says nothing of the message itself: one that nobody has seen is no message received. */
export function addMark(draft: TimelineDraft, marked: MessageMarkedRead): void {
  draft.markedRead = true
  draft.markedReadAt = earliest(draft.markedReadAt, marked.envelope.providerTime)
}

export function addGroup(draft: TimelineDraft, given: { readonly groupId: string | null }): void {
  draft.groupId = greatestText(draft.groupId, given.groupId)
}
