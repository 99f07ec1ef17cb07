import {
  type MessageEchoed,
  type MessageReceived,
  type MessageTimeline,
} from '@wabastream/contracts'
import { withGroup } from './act-facts.ts'
import { type Contact, withContact } from './contact.ts'
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
  const known = withMessage(withTemplate(timeline, message), message, {
    contactId: message.recipientId,
    contactUserId: message.recipientUserId,
    contactParentUserId: message.recipientParentUserId,
    username: message.username,
  })
  const word = message.historicalStatus
  if (word === 'error') return withFailure(known, null, [])
  const rung = word === null ? undefined : parseRung(word)
  const sent = word === null || rung !== undefined ? withEcho(known) : known
  if (rung !== undefined) return withRung(sent, rung, null)
  return sent.outbound ? sent : { ...sent, outbound: true }
}

function withTemplate(timeline: MessageTimeline, message: MessageEchoed): MessageTimeline {
  const templateName = greatestText(timeline.templateName, message.templateName)
  const templateCategory = greatestText(timeline.templateCategory, message.templateCategory)
  const isKnown =
    templateName === timeline.templateName && templateCategory === timeline.templateCategory
  return isKnown ? timeline : { ...timeline, templateName, templateCategory }
}

function withEcho(timeline: MessageTimeline): MessageTimeline {
  return timeline.echoed ? timeline : { ...timeline, echoed: true }
}

function withMessage(
  timeline: MessageTimeline,
  message: MessageReceived | MessageEchoed,
  contact: Contact,
): MessageTimeline {
  const known = withContact(withGroup(timeline, message), contact)
  const messageAt = earliest(known.messageAt, message.envelope.providerTime)
  const messageType = joinMessageTypes(known.messageType, message.messageType)
  const inReplyTo = greatestText(known.inReplyTo, message.inReplyTo)
  const isKnown =
    messageAt === known.messageAt &&
    messageType === known.messageType &&
    inReplyTo === known.inReplyTo
  return isKnown ? known : { ...known, messageAt, messageType, inReplyTo }
}
