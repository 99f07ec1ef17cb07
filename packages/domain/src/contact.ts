import { type MessageTimeline } from '@wabastream/contracts'
import { greatestText } from './joins.ts'

/** Whom an event names as the customer's side; null where it does not. */
export type Contact = Pick<
  MessageTimeline,
  'contactId' | 'contactUserId' | 'contactParentUserId' | 'username'
>

/** Returns the timeline it got when the contact adds nothing to it. */
export function withContact(timeline: MessageTimeline, contact: Contact): MessageTimeline {
  const contactId = greatestText(timeline.contactId, contact.contactId)
  const contactUserId = greatestText(timeline.contactUserId, contact.contactUserId)
  const contactParentUserId = greatestText(
    timeline.contactParentUserId,
    contact.contactParentUserId,
  )
  const username = greatestText(timeline.username, contact.username)
  const isKnown =
    contactId === timeline.contactId &&
    contactUserId === timeline.contactUserId &&
    contactParentUserId === timeline.contactParentUserId &&
    username === timeline.username
  if (isKnown) return timeline
  return { ...timeline, contactId, contactUserId, contactParentUserId, username }
}
