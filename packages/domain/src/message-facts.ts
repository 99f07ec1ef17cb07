import {
  type MessageEchoed,
  type MessageReceived,
  type MessageTimeline,
} from '@wabastream/contracts'
import { earliest, greatestText } from './joins.ts'
import { parseRung } from './ladder.ts'
import { joinMessageTypes } from './message-type.ts'
import { withFailure, withRung } from './status-facts.ts'

// What a message says of itself. Each function returns the very timeline it got when the event adds
// nothing to it.

export function withReceived(timeline: MessageTimeline, message: MessageReceived): MessageTimeline {
  const known = withMessage(timeline, message, {
    contactId: message.fromId,
    contactUserId: message.fromUserId,
    contactParentUserId: message.fromParentUserId,
    username: message.username,
  })
  return known.inbound ? known : { ...known, inbound: true }
}

/** The history of a phone may know how far a message came, though not when. */
export function withEchoed(timeline: MessageTimeline, message: MessageEchoed): MessageTimeline {
  const known = withMessage(timeline, message, {
    contactId: message.recipientId,
    contactUserId: message.recipientUserId,
    contactParentUserId: message.recipientParentUserId,
    username: null,
  })
  const word = message.historicalStatus
  if (word === 'error') return withFailure(known, null, [])
  const rung = word === null ? undefined : parseRung(word)
  const sent = word === null || rung !== undefined ? withEcho(known) : known
  if (rung !== undefined) return withRung(sent, rung, null)
  return sent.outbound ? sent : { ...sent, outbound: true }
}

function withEcho(timeline: MessageTimeline): MessageTimeline {
  return timeline.echoed ? timeline : { ...timeline, echoed: true }
}

type Contact = Pick<
  MessageTimeline,
  'contactId' | 'contactUserId' | 'contactParentUserId' | 'username'
>

function withMessage(
  timeline: MessageTimeline,
  message: MessageReceived | MessageEchoed,
  contact: Contact,
): MessageTimeline {
  const messageAt = earliest(timeline.messageAt, message.envelope.providerTime)
  const messageType = joinMessageTypes(timeline.messageType, message.messageType)
  const inReplyTo = greatestText(timeline.inReplyTo, message.inReplyTo)
  const contactId = greatestText(timeline.contactId, contact.contactId)
  const contactUserId = greatestText(timeline.contactUserId, contact.contactUserId)
  const contactParentUserId = greatestText(
    timeline.contactParentUserId,
    contact.contactParentUserId,
  )
  const username = greatestText(timeline.username, contact.username)
  const groupId = greatestText(timeline.groupId, message.groupId)
  const isKnown =
    messageAt === timeline.messageAt &&
    messageType === timeline.messageType &&
    inReplyTo === timeline.inReplyTo &&
    contactId === timeline.contactId &&
    contactUserId === timeline.contactUserId &&
    contactParentUserId === timeline.contactParentUserId &&
    username === timeline.username &&
    groupId === timeline.groupId
  if (isKnown) return timeline
  return {
    ...timeline,
    messageAt,
    messageType,
    inReplyTo,
    contactId,
    contactUserId,
    contactParentUserId,
    username,
    groupId,
  }
}
