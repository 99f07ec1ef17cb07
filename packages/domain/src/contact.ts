import { type MessageTimeline } from '@wabastream/contracts'
import { greatestText } from './joins.ts'
import { type TimelineDraft } from './timeline-draft.ts'

/** Whom an event names as the customer's side; null where it does not. */
export type Contact = Pick<
  MessageTimeline,
  'contactId' | 'contactUserId' | 'contactParentUserId' | 'username'
>

export function addContact(draft: TimelineDraft, contact: Contact): void {
  draft.contactId = greatestText(draft.contactId, contact.contactId)
  draft.contactUserId = greatestText(draft.contactUserId, contact.contactUserId)
  draft.contactParentUserId = greatestText(draft.contactParentUserId, contact.contactParentUserId)
  draft.username = greatestText(draft.username, contact.username)
}
