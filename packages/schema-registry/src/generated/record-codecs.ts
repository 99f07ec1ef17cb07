// Generated from schemas/ by `npm run generate`. Do not edit.
import {
  type AccountEventReceived,
  type ActorReaction,
  type DeadLetter,
  type ErrorDetail,
  type ErrorReported,
  type EventEnvelope,
  type LaterTime,
  type MessageEchoed,
  type MessageEdited,
  type MessageMarkedRead,
  type MessageReacted,
  type MessageReceived,
  type MessageReplied,
  type MessageRevoked,
  type MessageStatusChanged,
  type MessageTimeline,
  type PaymentStatusChanged,
  type StatusTransition,
  type WebhookVerdict,
  type WebhooksDecoded,
  type WireRecordName,
} from '@wabastream/contracts'
import { type AvroReader } from '../avro-reader.ts'
import { type AvroWriter } from '../avro-writer.ts'
import { type RecordReaders, type RecordWriters } from '../record-access.ts'

const wordsDeadLetterReason = [
  'not_json',
  'too_deep',
  'too_many_items',
  'wrong_shape',
  'unknown_number',
  'item_invalid',
  'too_large',
  'schema_rejected',
  'sink_rejected',
  'forward_refused',
  'forward_failed',
  'mark_refused',
] as const

const wordsDeadLetterStage = [
  'decoder',
  'timeline-processor',
  'clickhouse-sink',
  'forwarder',
  'read-receipts',
] as const

const wordsEventEnvelopeTimeProblem = [
  'missing',
  'unparsable',
  'too_early',
  'too_late',
] as const

const wordsLaterTimeRung = [
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
] as const

const wordsStatusTransitionKind = [
  'advanced',
  'filled_in',
  'failed',
  'conflicted',
] as const

const wordsStatusTransitionRung = [
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
] as const

const wordsStatusTransitionPreviousRung = [
  'sent',
  'delivered',
  'read',
  'played',
] as const

const wordsWebhookVerdictVerdict = [
  'decoded',
  'partial',
  'empty',
  'undecodable',
] as const

function writeAccountEventReceived(out: AvroWriter, value: AccountEventReceived): void {
  writeEventEnvelope(out, value.envelope)
  out.string(value.field)
  out.nullableString(value.accountId)
  out.nullableString(value.event)
  out.string(value.payload)
}

function readAccountEventReceived(input: AvroReader): AccountEventReceived {
  return {
    envelope: readEventEnvelope(input),
    field: input.string(),
    accountId: input.nullableString(),
    event: input.nullableString(),
    payload: input.string(),
  }
}

function writeDeadLetter(out: AvroWriter, value: DeadLetter): void {
  out.string(value.reason)
  out.string(value.detail)
  out.string(value.stage)
  out.int(value.generation)
  out.string(value.topic)
  out.int(value.partition)
  out.long(value.offset)
  out.int(value.itemIndex)
  out.string(value.receiptId)
  out.string(value.channel)
  out.long(value.receivedAt)
  out.int(value.attempts)
  out.bytes(value.body)
  out.nullableLong(value.firstSeenAt)
  out.nullableLong(value.redrivenAt)
  out.string(value.destination)
}

function readDeadLetter(input: AvroReader): DeadLetter {
  return {
    reason: input.word(wordsDeadLetterReason),
    detail: input.string(),
    stage: input.word(wordsDeadLetterStage),
    generation: input.int(),
    topic: input.string(),
    partition: input.int(),
    offset: input.long(),
    itemIndex: input.int(),
    receiptId: input.string(),
    channel: input.string(),
    receivedAt: input.long(),
    attempts: input.int(),
    body: input.bytes(),
    firstSeenAt: input.nullableLong(),
    redrivenAt: input.nullableLong(),
    destination: input.string(),
  }
}

function writeErrorDetail(out: AvroWriter, value: ErrorDetail): void {
  out.nullableInt(value.code)
  out.nullableString(value.title)
  out.nullableString(value.message)
  out.nullableString(value.details)
  out.nullableString(value.href)
}

function readErrorDetail(input: AvroReader): ErrorDetail {
  return {
    code: input.nullableInt(),
    title: input.nullableString(),
    message: input.nullableString(),
    details: input.nullableString(),
    href: input.nullableString(),
  }
}

function writeErrorReported(out: AvroWriter, value: ErrorReported): void {
  writeEventEnvelope(out, value.envelope)
  writeErrorDetail(out, value.error)
  out.nullableString(value.unread)
}

function readErrorReported(input: AvroReader): ErrorReported {
  return {
    envelope: readEventEnvelope(input),
    error: readErrorDetail(input),
    unread: input.nullableString(),
  }
}

function writeEventEnvelope(out: AvroWriter, value: EventEnvelope): void {
  out.string(value.eventId)
  out.string(value.number)
  out.string(value.channel)
  out.string(value.receiptId)
  out.long(value.receivedAt)
  out.int(value.rawPartition)
  out.long(value.rawOffset)
  out.int(value.itemIndex)
  out.nullableLong(value.providerTime)
  out.nullableString(value.timeProblem)
  out.nullableString(value.accountId)
  out.nullableString(value.displayNumber)
}

function readEventEnvelope(input: AvroReader): EventEnvelope {
  return {
    eventId: input.string(),
    number: input.string(),
    channel: input.string(),
    receiptId: input.string(),
    receivedAt: input.long(),
    rawPartition: input.int(),
    rawOffset: input.long(),
    itemIndex: input.int(),
    providerTime: input.nullableLong(),
    timeProblem: input.nullableWord(wordsEventEnvelopeTimeProblem),
    accountId: input.nullableString(),
    displayNumber: input.nullableString(),
  }
}

function writeMessageEchoed(out: AvroWriter, value: MessageEchoed): void {
  writeEventEnvelope(out, value.envelope)
  out.string(value.messageId)
  out.string(value.messageType)
  out.nullableString(value.recipientId)
  out.nullableString(value.recipientUserId)
  out.nullableString(value.groupId)
  out.nullableString(value.text)
  out.nullableString(value.inReplyTo)
  out.boolean(value.historical)
  out.nullableString(value.historicalStatus)
  out.nullableString(value.recipientParentUserId)
  out.nullableString(value.content)
  out.nullableString(value.unread)
  out.nullableString(value.username)
  out.nullableString(value.templateName)
  out.nullableString(value.templateCategory)
}

function readMessageEchoed(input: AvroReader): MessageEchoed {
  return {
    envelope: readEventEnvelope(input),
    messageId: input.string(),
    messageType: input.string(),
    recipientId: input.nullableString(),
    recipientUserId: input.nullableString(),
    groupId: input.nullableString(),
    text: input.nullableString(),
    inReplyTo: input.nullableString(),
    historical: input.boolean(),
    historicalStatus: input.nullableString(),
    recipientParentUserId: input.nullableString(),
    content: input.nullableString(),
    unread: input.nullableString(),
    username: input.nullableString(),
    templateName: input.nullableString(),
    templateCategory: input.nullableString(),
  }
}

function writeMessageEdited(out: AvroWriter, value: MessageEdited): void {
  writeEventEnvelope(out, value.envelope)
  out.string(value.messageId)
  out.string(value.targetMessageId)
  out.boolean(value.fromBusiness)
  out.nullableString(value.actorId)
  out.nullableString(value.actorUserId)
  out.nullableString(value.groupId)
  out.nullableString(value.text)
  out.nullableString(value.content)
  out.nullableString(value.unread)
  out.boolean(value.historical)
  out.nullableString(value.actorParentUserId)
  out.nullableString(value.username)
  out.nullableString(value.contactName)
}

function readMessageEdited(input: AvroReader): MessageEdited {
  return {
    envelope: readEventEnvelope(input),
    messageId: input.string(),
    targetMessageId: input.string(),
    fromBusiness: input.boolean(),
    actorId: input.nullableString(),
    actorUserId: input.nullableString(),
    groupId: input.nullableString(),
    text: input.nullableString(),
    content: input.nullableString(),
    unread: input.nullableString(),
    historical: input.boolean(),
    actorParentUserId: input.nullableString(),
    username: input.nullableString(),
    contactName: input.nullableString(),
  }
}

function writeMessageMarkedRead(out: AvroWriter, value: MessageMarkedRead): void {
  writeEventEnvelope(out, value.envelope)
  out.string(value.messageId)
  out.string(value.askedBy)
}

function readMessageMarkedRead(input: AvroReader): MessageMarkedRead {
  return {
    envelope: readEventEnvelope(input),
    messageId: input.string(),
    askedBy: input.string(),
  }
}

function writeMessageReacted(out: AvroWriter, value: MessageReacted): void {
  writeEventEnvelope(out, value.envelope)
  out.string(value.messageId)
  out.string(value.targetMessageId)
  out.boolean(value.fromBusiness)
  out.nullableString(value.actorId)
  out.nullableString(value.actorUserId)
  out.nullableString(value.groupId)
  out.nullableString(value.emoji)
  out.boolean(value.historical)
  out.nullableString(value.actorParentUserId)
  out.nullableString(value.username)
  out.nullableString(value.contactName)
  out.nullableString(value.content)
  out.nullableString(value.unread)
}

function readMessageReacted(input: AvroReader): MessageReacted {
  return {
    envelope: readEventEnvelope(input),
    messageId: input.string(),
    targetMessageId: input.string(),
    fromBusiness: input.boolean(),
    actorId: input.nullableString(),
    actorUserId: input.nullableString(),
    groupId: input.nullableString(),
    emoji: input.nullableString(),
    historical: input.boolean(),
    actorParentUserId: input.nullableString(),
    username: input.nullableString(),
    contactName: input.nullableString(),
    content: input.nullableString(),
    unread: input.nullableString(),
  }
}

function writeMessageReceived(out: AvroWriter, value: MessageReceived): void {
  writeEventEnvelope(out, value.envelope)
  out.string(value.messageId)
  out.string(value.messageType)
  out.nullableString(value.fromId)
  out.nullableString(value.fromUserId)
  out.nullableString(value.groupId)
  out.nullableString(value.contactName)
  out.nullableString(value.text)
  out.nullableString(value.inReplyTo)
  out.boolean(value.forwarded)
  out.nullableString(value.mediaId)
  out.nullableString(value.mimeType)
  out.nullableString(value.replyId)
  out.nullableString(value.referralSourceId)
  out.nullableString(value.referralClickId)
  out.boolean(value.historical)
  out.items(value.errors, writeErrorDetail)
  out.nullableString(value.fromParentUserId)
  out.nullableString(value.username)
  out.nullableString(value.newFromId)
  out.nullableString(value.newFromUserId)
  out.nullableString(value.content)
  out.nullableString(value.unread)
  out.nullableString(value.otherwiseWrittenId)
}

function readMessageReceived(input: AvroReader): MessageReceived {
  return {
    envelope: readEventEnvelope(input),
    messageId: input.string(),
    messageType: input.string(),
    fromId: input.nullableString(),
    fromUserId: input.nullableString(),
    groupId: input.nullableString(),
    contactName: input.nullableString(),
    text: input.nullableString(),
    inReplyTo: input.nullableString(),
    forwarded: input.boolean(),
    mediaId: input.nullableString(),
    mimeType: input.nullableString(),
    replyId: input.nullableString(),
    referralSourceId: input.nullableString(),
    referralClickId: input.nullableString(),
    historical: input.boolean(),
    errors: input.items(readErrorDetail),
    fromParentUserId: input.nullableString(),
    username: input.nullableString(),
    newFromId: input.nullableString(),
    newFromUserId: input.nullableString(),
    content: input.nullableString(),
    unread: input.nullableString(),
    otherwiseWrittenId: input.nullableString(),
  }
}

function writeMessageReplied(out: AvroWriter, value: MessageReplied): void {
  writeEventEnvelope(out, value.envelope)
  out.string(value.messageId)
  out.string(value.targetMessageId)
  out.boolean(value.fromBusiness)
  out.nullableString(value.actorId)
  out.nullableString(value.actorUserId)
  out.nullableString(value.groupId)
  out.boolean(value.historical)
  out.nullableString(value.actorParentUserId)
  out.nullableString(value.username)
}

function readMessageReplied(input: AvroReader): MessageReplied {
  return {
    envelope: readEventEnvelope(input),
    messageId: input.string(),
    targetMessageId: input.string(),
    fromBusiness: input.boolean(),
    actorId: input.nullableString(),
    actorUserId: input.nullableString(),
    groupId: input.nullableString(),
    historical: input.boolean(),
    actorParentUserId: input.nullableString(),
    username: input.nullableString(),
  }
}

function writeMessageRevoked(out: AvroWriter, value: MessageRevoked): void {
  writeEventEnvelope(out, value.envelope)
  out.string(value.messageId)
  out.string(value.targetMessageId)
  out.boolean(value.fromBusiness)
  out.nullableString(value.actorId)
  out.nullableString(value.actorUserId)
  out.nullableString(value.groupId)
  out.boolean(value.historical)
  out.nullableString(value.actorParentUserId)
  out.nullableString(value.username)
  out.nullableString(value.contactName)
  out.nullableString(value.content)
  out.nullableString(value.unread)
}

function readMessageRevoked(input: AvroReader): MessageRevoked {
  return {
    envelope: readEventEnvelope(input),
    messageId: input.string(),
    targetMessageId: input.string(),
    fromBusiness: input.boolean(),
    actorId: input.nullableString(),
    actorUserId: input.nullableString(),
    groupId: input.nullableString(),
    historical: input.boolean(),
    actorParentUserId: input.nullableString(),
    username: input.nullableString(),
    contactName: input.nullableString(),
    content: input.nullableString(),
    unread: input.nullableString(),
  }
}

function writeMessageStatusChanged(out: AvroWriter, value: MessageStatusChanged): void {
  writeEventEnvelope(out, value.envelope)
  out.string(value.messageId)
  out.string(value.participant)
  out.string(value.status)
  out.nullableString(value.recipientId)
  out.nullableString(value.recipientUserId)
  out.nullableString(value.groupId)
  out.nullableString(value.conversationId)
  out.nullableString(value.conversationOrigin)
  out.nullableLong(value.conversationExpiresAt)
  out.nullableString(value.pricingModel)
  out.nullableString(value.pricingType)
  out.nullableString(value.pricingCategory)
  out.nullableBoolean(value.billable)
  out.nullableString(value.callbackData)
  out.items(value.errors, writeErrorDetail)
  out.nullableString(value.recipientParentUserId)
  out.nullableString(value.username)
  out.nullableString(value.unread)
  out.nullableString(value.otherwiseWrittenId)
}

function readMessageStatusChanged(input: AvroReader): MessageStatusChanged {
  return {
    envelope: readEventEnvelope(input),
    messageId: input.string(),
    participant: input.string(),
    status: input.string(),
    recipientId: input.nullableString(),
    recipientUserId: input.nullableString(),
    groupId: input.nullableString(),
    conversationId: input.nullableString(),
    conversationOrigin: input.nullableString(),
    conversationExpiresAt: input.nullableLong(),
    pricingModel: input.nullableString(),
    pricingType: input.nullableString(),
    pricingCategory: input.nullableString(),
    billable: input.nullableBoolean(),
    callbackData: input.nullableString(),
    errors: input.items(readErrorDetail),
    recipientParentUserId: input.nullableString(),
    username: input.nullableString(),
    unread: input.nullableString(),
    otherwiseWrittenId: input.nullableString(),
  }
}

function writeLaterTime(out: AvroWriter, value: LaterTime): void {
  out.string(value.rung)
  out.long(value.at)
}

function readLaterTime(input: AvroReader): LaterTime {
  return {
    rung: input.word(wordsLaterTimeRung),
    at: input.long(),
  }
}

function writeActorReaction(out: AvroWriter, value: ActorReaction): void {
  out.string(value.actor)
  out.nullableLong(value.at)
  out.nullableString(value.emoji)
}

function readActorReaction(input: AvroReader): ActorReaction {
  return {
    actor: input.string(),
    at: input.nullableLong(),
    emoji: input.nullableString(),
  }
}

function writeMessageTimeline(out: AvroWriter, value: MessageTimeline): void {
  out.string(value.number)
  out.string(value.messageId)
  out.string(value.participant)
  out.boolean(value.inbound)
  out.boolean(value.outbound)
  out.int(value.rungs)
  out.nullableLong(value.sentAt)
  out.nullableLong(value.deliveredAt)
  out.nullableLong(value.readAt)
  out.nullableLong(value.playedAt)
  out.boolean(value.failed)
  out.nullableLong(value.failedAt)
  out.nullableInt(value.failureCode)
  out.nullableLong(value.messageAt)
  out.nullableString(value.messageType)
  out.boolean(value.historical)
  out.boolean(value.deleted)
  out.nullableLong(value.deletedAt)
  out.boolean(value.warned)
  out.nullableLong(value.editedAt)
  out.boolean(value.edited)
  out.boolean(value.revoked)
  out.nullableLong(value.revokedAt)
  out.boolean(value.replied)
  out.nullableLong(value.repliedAt)
  out.nullableString(value.inReplyTo)
  out.nullableLong(value.reactedAt)
  out.nullableString(value.reaction)
  out.nullableString(value.paymentStatus)
  out.nullableLong(value.paymentAt)
  out.nullableString(value.conversationId)
  out.nullableString(value.conversationOrigin)
  out.nullableString(value.pricingModel)
  out.nullableString(value.pricingType)
  out.nullableString(value.pricingCategory)
  out.nullableBoolean(value.billable)
  out.nullableString(value.callbackData)
  out.nullableString(value.contactId)
  out.nullableString(value.contactUserId)
  out.nullableString(value.groupId)
  out.long(value.firstReceivedAt)
  out.long(value.lastReceivedAt)
  out.int(value.anchorDay)
  out.boolean(value.headless)
  out.items(value.laterTimes, writeLaterTime)
  out.boolean(value.live)
  out.nullableString(value.accountId)
  out.nullableString(value.displayNumber)
  out.nullableString(value.contactParentUserId)
  out.nullableString(value.username)
  out.items(value.reactions, writeActorReaction)
  out.boolean(value.echoed)
  out.int(value.priceRank)
  out.boolean(value.businessReplied)
  out.nullableLong(value.businessRepliedAt)
  out.nullableString(value.templateName)
  out.nullableString(value.templateCategory)
  out.boolean(value.markedRead)
  out.nullableLong(value.markedReadAt)
}

function readMessageTimeline(input: AvroReader): MessageTimeline {
  return {
    number: input.string(),
    messageId: input.string(),
    participant: input.string(),
    inbound: input.boolean(),
    outbound: input.boolean(),
    rungs: input.int(),
    sentAt: input.nullableLong(),
    deliveredAt: input.nullableLong(),
    readAt: input.nullableLong(),
    playedAt: input.nullableLong(),
    failed: input.boolean(),
    failedAt: input.nullableLong(),
    failureCode: input.nullableInt(),
    messageAt: input.nullableLong(),
    messageType: input.nullableString(),
    historical: input.boolean(),
    deleted: input.boolean(),
    deletedAt: input.nullableLong(),
    warned: input.boolean(),
    editedAt: input.nullableLong(),
    edited: input.boolean(),
    revoked: input.boolean(),
    revokedAt: input.nullableLong(),
    replied: input.boolean(),
    repliedAt: input.nullableLong(),
    inReplyTo: input.nullableString(),
    reactedAt: input.nullableLong(),
    reaction: input.nullableString(),
    paymentStatus: input.nullableString(),
    paymentAt: input.nullableLong(),
    conversationId: input.nullableString(),
    conversationOrigin: input.nullableString(),
    pricingModel: input.nullableString(),
    pricingType: input.nullableString(),
    pricingCategory: input.nullableString(),
    billable: input.nullableBoolean(),
    callbackData: input.nullableString(),
    contactId: input.nullableString(),
    contactUserId: input.nullableString(),
    groupId: input.nullableString(),
    firstReceivedAt: input.long(),
    lastReceivedAt: input.long(),
    anchorDay: input.int(),
    headless: input.boolean(),
    laterTimes: input.items(readLaterTime),
    live: input.boolean(),
    accountId: input.nullableString(),
    displayNumber: input.nullableString(),
    contactParentUserId: input.nullableString(),
    username: input.nullableString(),
    reactions: input.items(readActorReaction),
    echoed: input.boolean(),
    priceRank: input.int(),
    businessReplied: input.boolean(),
    businessRepliedAt: input.nullableLong(),
    templateName: input.nullableString(),
    templateCategory: input.nullableString(),
    markedRead: input.boolean(),
    markedReadAt: input.nullableLong(),
  }
}

function writePaymentStatusChanged(out: AvroWriter, value: PaymentStatusChanged): void {
  writeEventEnvelope(out, value.envelope)
  out.string(value.messageId)
  out.string(value.status)
  out.nullableString(value.recipientId)
  out.nullableString(value.recipientUserId)
  out.nullableString(value.referenceId)
  out.nullableString(value.transactionId)
  out.nullableLong(value.amountValue)
  out.nullableLong(value.amountOffset)
  out.nullableString(value.currency)
  out.items(value.errors, writeErrorDetail)
  out.nullableLong(value.refundedValue)
  out.nullableString(value.content)
  out.nullableString(value.unread)
  out.nullableString(value.recipientParentUserId)
  out.nullableString(value.username)
}

function readPaymentStatusChanged(input: AvroReader): PaymentStatusChanged {
  return {
    envelope: readEventEnvelope(input),
    messageId: input.string(),
    status: input.string(),
    recipientId: input.nullableString(),
    recipientUserId: input.nullableString(),
    referenceId: input.nullableString(),
    transactionId: input.nullableString(),
    amountValue: input.nullableLong(),
    amountOffset: input.nullableLong(),
    currency: input.nullableString(),
    errors: input.items(readErrorDetail),
    refundedValue: input.nullableLong(),
    content: input.nullableString(),
    unread: input.nullableString(),
    recipientParentUserId: input.nullableString(),
    username: input.nullableString(),
  }
}

function writeStatusTransition(out: AvroWriter, value: StatusTransition): void {
  out.string(value.number)
  out.string(value.messageId)
  out.string(value.participant)
  out.string(value.kind)
  out.string(value.rung)
  out.nullableString(value.previousRung)
  out.nullableLong(value.at)
  out.long(value.receivedAt)
  out.nullableLong(value.sinceSentMs)
  out.nullableLong(value.sinceDeliveredMs)
  out.nullableInt(value.failureCode)
  out.int(value.anchorDay)
  out.string(value.eventId)
}

function readStatusTransition(input: AvroReader): StatusTransition {
  return {
    number: input.string(),
    messageId: input.string(),
    participant: input.string(),
    kind: input.word(wordsStatusTransitionKind),
    rung: input.word(wordsStatusTransitionRung),
    previousRung: input.nullableWord(wordsStatusTransitionPreviousRung),
    at: input.nullableLong(),
    receivedAt: input.long(),
    sinceSentMs: input.nullableLong(),
    sinceDeliveredMs: input.nullableLong(),
    failureCode: input.nullableInt(),
    anchorDay: input.int(),
    eventId: input.string(),
  }
}

function writeWebhookVerdict(out: AvroWriter, value: WebhookVerdict): void {
  out.int(value.offsetDelta)
  out.string(value.receiptId)
  out.string(value.channel)
  out.long(value.receivedAt)
  out.int(value.bytes)
  out.string(value.verdict)
  out.int(value.messages)
  out.int(value.statuses)
  out.int(value.errors)
  out.int(value.otherFields)
  out.int(value.events)
  out.int(value.deadLetters)
}

function readWebhookVerdict(input: AvroReader): WebhookVerdict {
  return {
    offsetDelta: input.int(),
    receiptId: input.string(),
    channel: input.string(),
    receivedAt: input.long(),
    bytes: input.int(),
    verdict: input.word(wordsWebhookVerdictVerdict),
    messages: input.int(),
    statuses: input.int(),
    errors: input.int(),
    otherFields: input.int(),
    events: input.int(),
    deadLetters: input.int(),
  }
}

function writeWebhooksDecoded(out: AvroWriter, value: WebhooksDecoded): void {
  out.int(value.rawPartition)
  out.long(value.firstOffset)
  out.items(value.verdicts, writeWebhookVerdict)
}

function readWebhooksDecoded(input: AvroReader): WebhooksDecoded {
  return {
    rawPartition: input.int(),
    firstOffset: input.long(),
    verdicts: input.items(readWebhookVerdict),
  }
}

/** Every record that is sent. */
export const wireRecordNames: readonly WireRecordName[] = [
  'AccountEventReceived',
  'DeadLetter',
  'ErrorReported',
  'MessageEchoed',
  'MessageEdited',
  'MessageMarkedRead',
  'MessageReacted',
  'MessageReceived',
  'MessageReplied',
  'MessageRevoked',
  'MessageStatusChanged',
  'MessageTimeline',
  'PaymentStatusChanged',
  'StatusTransition',
  'WebhooksDecoded',
]

export const recordWriters: RecordWriters = {
  AccountEventReceived: writeAccountEventReceived,
  DeadLetter: writeDeadLetter,
  ErrorReported: writeErrorReported,
  MessageEchoed: writeMessageEchoed,
  MessageEdited: writeMessageEdited,
  MessageMarkedRead: writeMessageMarkedRead,
  MessageReacted: writeMessageReacted,
  MessageReceived: writeMessageReceived,
  MessageReplied: writeMessageReplied,
  MessageRevoked: writeMessageRevoked,
  MessageStatusChanged: writeMessageStatusChanged,
  MessageTimeline: writeMessageTimeline,
  PaymentStatusChanged: writePaymentStatusChanged,
  StatusTransition: writeStatusTransition,
  WebhooksDecoded: writeWebhooksDecoded,
}

export const recordReaders: RecordReaders = {
  AccountEventReceived: (input) => ({ type: 'AccountEventReceived', data: readAccountEventReceived(input) }),
  DeadLetter: (input) => ({ type: 'DeadLetter', data: readDeadLetter(input) }),
  ErrorReported: (input) => ({ type: 'ErrorReported', data: readErrorReported(input) }),
  MessageEchoed: (input) => ({ type: 'MessageEchoed', data: readMessageEchoed(input) }),
  MessageEdited: (input) => ({ type: 'MessageEdited', data: readMessageEdited(input) }),
  MessageMarkedRead: (input) => ({ type: 'MessageMarkedRead', data: readMessageMarkedRead(input) }),
  MessageReacted: (input) => ({ type: 'MessageReacted', data: readMessageReacted(input) }),
  MessageReceived: (input) => ({ type: 'MessageReceived', data: readMessageReceived(input) }),
  MessageReplied: (input) => ({ type: 'MessageReplied', data: readMessageReplied(input) }),
  MessageRevoked: (input) => ({ type: 'MessageRevoked', data: readMessageRevoked(input) }),
  MessageStatusChanged: (input) => ({ type: 'MessageStatusChanged', data: readMessageStatusChanged(input) }),
  MessageTimeline: (input) => ({ type: 'MessageTimeline', data: readMessageTimeline(input) }),
  PaymentStatusChanged: (input) => ({ type: 'PaymentStatusChanged', data: readPaymentStatusChanged(input) }),
  StatusTransition: (input) => ({ type: 'StatusTransition', data: readStatusTransition(input) }),
  WebhooksDecoded: (input) => ({ type: 'WebhooksDecoded', data: readWebhooksDecoded(input) }),
}
