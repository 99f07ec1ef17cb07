import { type MessageEchoed, type MessageReceived } from '@wabastream/contracts'
import { addGroup } from './act-facts.ts'
import { addContact, type Contact } from './contact.ts'
import { earliest, greatestText } from './joins.ts'
import { parseRung } from './ladder.ts'
import { joinMessageTypes } from './message-type.ts'
import { addFailure, addRung } from './status-facts.ts'
import { type TimelineDraft } from './timeline-draft.ts'

// What a message says of itself.

export function addReceived(draft: TimelineDraft, message: MessageReceived): void {
  addMessage(draft, message, {
    contactId: message.fromId,
    contactUserId: message.fromUserId,
    contactParentUserId: message.fromParentUserId,
    username: message.username,
  })
  draft.inbound = true
}

/** The history of a phone may know how far a message came, though not when. */
export function addEchoed(draft: TimelineDraft, message: MessageEchoed): void {
  draft.templateName = greatestText(draft.templateName, message.templateName)
  draft.templateCategory = greatestText(draft.templateCategory, message.templateCategory)
  addMessage(draft, message, {
    contactId: message.recipientId,
    contactUserId: message.recipientUserId,
    contactParentUserId: message.recipientParentUserId,
    username: message.username,
  })
  draft.outbound = true
  addHistoricalStatus(draft, message.historicalStatus)
}

function addHistoricalStatus(draft: TimelineDraft, word: string | null): void {
  if (word === 'error') {
    addFailure(draft, null, [])
    return
  }
  const rung = word === null ? undefined : parseRung(word)
  if (word === null || rung !== undefined) draft.echoed = true
  if (rung !== undefined) addRung(draft, rung, null)
}

function addMessage(
  draft: TimelineDraft,
  message: MessageReceived | MessageEchoed,
  contact: Contact,
): void {
  addGroup(draft, message)
  addContact(draft, contact)
  draft.messageAt = earliest(draft.messageAt, message.envelope.providerTime)
  draft.messageType = joinMessageTypes(draft.messageType, message.messageType)
  draft.inReplyTo = greatestText(draft.inReplyTo, message.inReplyTo)
}
