// Generated from schemas/ by `npm run generate`. Do not edit.
/** Any other notification: templates, account, quality, calls, … */
export interface AccountEventReceived {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** The webhook field; an open set. */
  readonly field: string
  /** WhatsApp Business Account id. */
  readonly accountId: string | null
  /** value.event, where it is text. */
  readonly event: string | null
  /** The value as JSON text. */
  readonly payload: string
}

/** Something acked that could not be processed, with the bytes. */
export interface DeadLetter {
  /** Why. */
  readonly reason: DeadLetterReason
  /** What exactly, for a person to read. */
  readonly detail: string
  /** Who gave up. */
  readonly stage: DeadLetterStage
  /** Generation it happened in; 0 for the forwarder and read receipts, which are part of none. */
  readonly generation: number
  /** Topic of the record that failed. */
  readonly topic: string
  /** Its partition. */
  readonly partition: number
  /** Its offset. */
  readonly offset: number
  /** Item in the webhook; -1 for the whole record. */
  readonly itemIndex: number
  /** Receipt id, empty when unknown. */
  readonly receiptId: string
  /** Channel, empty when unknown. */
  readonly channel: string
  /** When the webhook was accepted. */
  readonly receivedAt: number
  /** How often it was tried. */
  readonly attempts: number
  /** The bytes that failed. */
  readonly body: Uint8Array
  /** When it first failed; null where that is the time of this very record. */
  readonly firstSeenAt: number | null
  /** When it was tried again and succeeded; null while it is open. */
  readonly redrivenAt: number | null
  /** Which destination of the forwarder refused it; empty for every other stage. */
  readonly destination: string
}

/** One error as the provider describes it. */
export interface ErrorDetail {
  /** Numeric code; null when it is not a number. */
  readonly code: number | null
  /** Short text. */
  readonly title: string | null
  /** Longer text. */
  readonly message: string | null
  /** error_data.details or details. */
  readonly details: string | null
  /** Link to documentation. */
  readonly href: string | null
}

/** An error out of band, about no message. */
export interface ErrorReported {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** The error. */
  readonly error: ErrorDetail
  /** JSON text of the item's members that no field holds; null when there are none. */
  readonly unread: string | null
}

/** What every event carries: identity, position, and both clocks. */
export interface EventEnvelope {
  /** 128 bits in hex: the same for a retry of the same fact. */
  readonly eventId: string
  /** Phone number id the fact belongs to. */
  readonly number: string
  /** Name of the channel the webhook came in by. */
  readonly channel: string
  /** UUIDv7 of the accepted request. */
  readonly receiptId: string
  /** Our clock when the webhook was accepted. */
  readonly receivedAt: number
  /** Partition of the raw record. */
  readonly rawPartition: number
  /** Offset of the raw record. */
  readonly rawOffset: number
  /** Index of the item in its webhook, from 0. */
  readonly itemIndex: number
  /** Time the provider gives for the fact; null when it is missing or not believable. */
  readonly providerTime: number | null
  /** Why providerTime is null. */
  readonly timeProblem: TimeProblem | null
  /** WhatsApp Business Account id, where the webhook names it. */
  readonly accountId: string | null
  /** The business's own phone number as digits, where the webhook names it. */
  readonly displayNumber: string | null
}

/** The business sent a message by another way (phone app): an outbound message. */
export interface MessageEchoed {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** Id of the message. */
  readonly messageId: string
  /** As MessageReceived. */
  readonly messageType: string
  /** wa_id of the recipient; null when only a user id is known. */
  readonly recipientId: string | null
  /** Business-scoped user id of the recipient. */
  readonly recipientUserId: string | null
  /** Group the message was sent in. */
  readonly groupId: string | null
  /** Text, caption or chosen button. */
  readonly text: string | null
  /** Id of the message that this one answers. */
  readonly inReplyTo: string | null
  /** Part of a history synchronisation, not new. */
  readonly historical: boolean
  /** Status given by the history, lower case. */
  readonly historicalStatus: string | null
  /** Parent business-scoped user id of the recipient. */
  readonly recipientParentUserId: string | null
  /** JSON text of the type's own object, whole; every number with its digits. */
  readonly content: string | null
  /** JSON text of the item's members that no field holds; null when there are none. */
  readonly unread: string | null
  /** Username of the recipient. */
  readonly username: string | null
  /** Template that it was made of, where the webhook names it. */
  readonly templateName: string | null
  /** Category of the template, as given. */
  readonly templateCategory: string | null
}

/** A message was edited. */
export interface MessageEdited {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** Id of the message that carries it. */
  readonly messageId: string
  /** Message it is about; keys the timeline. */
  readonly targetMessageId: string
  /** Done by the business rather than by the customer. */
  readonly fromBusiness: boolean
  /** wa_id of the one who did it; null when only a user id is known. */
  readonly actorId: string | null
  /** Business-scoped user id of the one who did it. */
  readonly actorUserId: string | null
  /** Group it happened in. */
  readonly groupId: string | null
  /** The new text. */
  readonly text: string | null
  /** JSON text of the type's own object, whole; every number with its digits. */
  readonly content: string | null
  /** JSON text of the item's members that no field holds; null when there are none. */
  readonly unread: string | null
  /** Part of a history synchronisation, not new. */
  readonly historical: boolean
  /** Parent business-scoped user id of the one who did it. */
  readonly actorParentUserId: string | null
  /** Username of the one who did it. */
  readonly username: string | null
  /** Profile name of the one who did it. */
  readonly contactName: string | null
}

/** We marked a customer's message as read, and the provider agreed: two grey ticks became blue. The envelope's provider time is when its answer came, by our clock. */
export interface MessageMarkedRead {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** Id of the message that was marked. */
  readonly messageId: string
  /** on_receipt, on_reply: the policy of its channel; on_request: a person or an application; an open set. */
  readonly askedBy: string
}

/** Somebody reacted to a message or took the reaction back. */
export interface MessageReacted {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** Id of the message that carries it. */
  readonly messageId: string
  /** Message it is about; keys the timeline. */
  readonly targetMessageId: string
  /** Done by the business rather than by the customer. */
  readonly fromBusiness: boolean
  /** wa_id of the one who did it; null when only a user id is known. */
  readonly actorId: string | null
  /** Business-scoped user id of the one who did it. */
  readonly actorUserId: string | null
  /** Group it happened in. */
  readonly groupId: string | null
  /** The reaction; null when it was taken back. */
  readonly emoji: string | null
  /** Part of a history synchronisation, not new. */
  readonly historical: boolean
  /** Parent business-scoped user id of the one who did it. */
  readonly actorParentUserId: string | null
  /** Username of the one who did it. */
  readonly username: string | null
  /** Profile name of the one who did it. */
  readonly contactName: string | null
  /** JSON text of the type's own object, whole; every number with its digits. */
  readonly content: string | null
  /** JSON text of the item's members that no field holds; null when there are none. */
  readonly unread: string | null
}

/** A customer sent a message to the number. */
export interface MessageReceived {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** Id of the message. */
  readonly messageId: string
  /** text, image, … as given; an open set. */
  readonly messageType: string
  /** wa_id of the sender; null when only a user id is known. */
  readonly fromId: string | null
  /** Business-scoped user id of the sender. */
  readonly fromUserId: string | null
  /** Group the message was sent in. */
  readonly groupId: string | null
  /** Profile name of the sender. */
  readonly contactName: string | null
  /** Text, caption or chosen button, where there is one. */
  readonly text: string | null
  /** Id of the message that this one answers. */
  readonly inReplyTo: string | null
  /** Forwarded by the sender. */
  readonly forwarded: boolean
  /** Id of the media. */
  readonly mediaId: string | null
  /** Type of the media. */
  readonly mimeType: string | null
  /** Id or payload of the chosen button, list row or flow. */
  readonly replyId: string | null
  /** Ad or post that the conversation came from. */
  readonly referralSourceId: string | null
  /** ctwa_clid of the advertisement. */
  readonly referralClickId: string | null
  /** Part of a history synchronisation, not new. */
  readonly historical: boolean
  /** Errors given with the item; empty when there are none. */
  readonly errors: readonly ErrorDetail[]
  /** Parent business-scoped user id of the sender. */
  readonly fromParentUserId: string | null
  /** Username of the sender. */
  readonly username: string | null
  /** wa_id that the sender has from now on; a notice of a changed number. */
  readonly newFromId: string | null
  /** Business-scoped user id that the sender has from now on. */
  readonly newFromUserId: string | null
  /** JSON text of the type's own object, whole; every number with its digits. */
  readonly content: string | null
  /** JSON text of the item's members that no field holds; null when there are none. */
  readonly unread: string | null
  /** wa_id of the sender in the contact block, where it writes the same number in another way than fromId. */
  readonly otherwiseWrittenId: string | null
}

/** A message was answered: the other side of inReplyTo, keyed by the message that was answered. */
export interface MessageReplied {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** Id of the message that carries it. */
  readonly messageId: string
  /** Message it is about; keys the timeline. */
  readonly targetMessageId: string
  /** Done by the business rather than by the customer. */
  readonly fromBusiness: boolean
  /** wa_id of the one who did it; null when only a user id is known. */
  readonly actorId: string | null
  /** Business-scoped user id of the one who did it. */
  readonly actorUserId: string | null
  /** Group it happened in. */
  readonly groupId: string | null
  /** Part of a history synchronisation, not new. */
  readonly historical: boolean
  /** Parent business-scoped user id of the one who did it. */
  readonly actorParentUserId: string | null
  /** Username of the one who did it. */
  readonly username: string | null
}

/** A message was deleted by its sender. */
export interface MessageRevoked {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** Id of the message that carries it. */
  readonly messageId: string
  /** Message it is about; keys the timeline. */
  readonly targetMessageId: string
  /** Done by the business rather than by the customer. */
  readonly fromBusiness: boolean
  /** wa_id of the one who did it; null when only a user id is known. */
  readonly actorId: string | null
  /** Business-scoped user id of the one who did it. */
  readonly actorUserId: string | null
  /** Group it happened in. */
  readonly groupId: string | null
  /** Part of a history synchronisation, not new. */
  readonly historical: boolean
  /** Parent business-scoped user id of the one who did it. */
  readonly actorParentUserId: string | null
  /** Username of the one who did it. */
  readonly username: string | null
  /** Profile name of the one who did it. */
  readonly contactName: string | null
  /** JSON text of the type's own object, whole; every number with its digits. */
  readonly content: string | null
  /** JSON text of the item's members that no field holds; null when there are none. */
  readonly unread: string | null
}

/** The provider reports a status of a message. */
export interface MessageStatusChanged {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** Id of the message. */
  readonly messageId: string
  /** Group participant the status is about; empty for the message itself. */
  readonly participant: string
  /** sent, delivered, read, played, failed, deleted, warning; an open set. */
  readonly status: string
  /** wa_id of the recipient; null when only a user id is known. */
  readonly recipientId: string | null
  /** Business-scoped user id of the recipient. */
  readonly recipientUserId: string | null
  /** Group the message was sent to. */
  readonly groupId: string | null
  /** Conversation the message was billed in. */
  readonly conversationId: string | null
  /** Origin type of the conversation. */
  readonly conversationOrigin: string | null
  /** When the conversation ends. */
  readonly conversationExpiresAt: number | null
  /** NBP, CBP, PMP. */
  readonly pricingModel: string | null
  /** regular, free_customer_service, free_entry_point. */
  readonly pricingType: string | null
  /** marketing, utility, … */
  readonly pricingCategory: string | null
  /** Deprecated by the provider, kept as given. */
  readonly billable: boolean | null
  /** biz_opaque_callback_data as given at send. */
  readonly callbackData: string | null
  /** Errors given with the item; empty when there are none. */
  readonly errors: readonly ErrorDetail[]
  /** Parent business-scoped user id of the recipient. */
  readonly recipientParentUserId: string | null
  /** Username of the recipient. */
  readonly username: string | null
  /** JSON text of the item's members that no field holds; null when there are none. */
  readonly unread: string | null
  /** wa_id of the recipient in the contact block, where it writes the same number in another way than recipientId. */
  readonly otherwiseWrittenId: string | null
}

/** Another provider time of a rung, behind its first. */
export interface LaterTime {
  /** Whose time. */
  readonly rung: 'sent' | 'delivered' | 'read' | 'played' | 'failed'
  /** The time. */
  readonly at: number
}

/** The last that one person did. */
export interface ActorReaction {
  /** `business`, or the ids of the person as `id/user id`, of which one may be empty; empty where nobody is named. */
  readonly actor: string
  /** When; null when the provider gave no time. */
  readonly at: number | null
  /** The reaction; null when it was taken back. */
  readonly emoji: string | null
}

/** Everything known of one message (and participant). */
export interface MessageTimeline {
  /** Phone number id. */
  readonly number: string
  /** Id of the message. */
  readonly messageId: string
  /** Group participant; empty for the message itself. */
  readonly participant: string
  /** A fact says that the customer sent it. */
  readonly inbound: boolean
  /** A fact says that the business sent it. */
  readonly outbound: boolean
  /** Bit set of rungs seen: 1 sent, 2 delivered, 4 read, 8 played. */
  readonly rungs: number
  /** First provider time of sent. */
  readonly sentAt: number | null
  /** First provider time of delivered. */
  readonly deliveredAt: number | null
  /** First provider time of read. */
  readonly readAt: number | null
  /** First provider time of played. */
  readonly playedAt: number | null
  /** A failed status was seen. */
  readonly failed: boolean
  /** First provider time of failed. */
  readonly failedAt: number | null
  /** Greatest error code of the failures. */
  readonly failureCode: number | null
  /** First provider time of the message itself, inbound or echoed. */
  readonly messageAt: number | null
  /** text, image, … */
  readonly messageType: string | null
  /** Known from a history synchronisation. */
  readonly historical: boolean
  /** The customer deleted it. */
  readonly deleted: boolean
  /** First time. */
  readonly deletedAt: number | null
  /** Delivered in part. */
  readonly warned: boolean
  /** Last time. */
  readonly editedAt: number | null
  /** Edited. */
  readonly edited: boolean
  /** Deleted by its sender. */
  readonly revoked: boolean
  /** First time. */
  readonly revokedAt: number | null
  /** Answered. */
  readonly replied: boolean
  /** First time it was answered. */
  readonly repliedAt: number | null
  /** Message that it answers. */
  readonly inReplyTo: string | null
  /** Last time of a reaction. */
  readonly reactedAt: number | null
  /** The reaction then; null when there is none or it was taken back. */
  readonly reaction: string | null
  /** Furthest status of the payment. */
  readonly paymentStatus: string | null
  /** Its first time. */
  readonly paymentAt: number | null
  /** Conversation billed in. */
  readonly conversationId: string | null
  /** Its origin. */
  readonly conversationOrigin: string | null
  /** Pricing model. */
  readonly pricingModel: string | null
  /** Pricing type. */
  readonly pricingType: string | null
  /** Pricing category. */
  readonly pricingCategory: string | null
  /** As given. */
  readonly billable: boolean | null
  /** biz_opaque_callback_data. */
  readonly callbackData: string | null
  /** wa_id of the customer. */
  readonly contactId: string | null
  /** Business-scoped user id of the customer. */
  readonly contactUserId: string | null
  /** Group. */
  readonly groupId: string | null
  /** Earliest receivedAt of its events. */
  readonly firstReceivedAt: number
  /** Latest receivedAt of its events. */
  readonly lastReceivedAt: number
  /** Days since 1970-01-01 (UTC) of receivedAt of the first event applied; written once. */
  readonly anchorDay: number
  /** The first event applied was not the origin of the message: an older row may exist. */
  readonly headless: boolean
  /** All other provider times of rungs and failures, by rung and time; of each the 8 latest. Empty in what earlier versions wrote. */
  readonly laterTimes: readonly LaterTime[]
  /** A fact about it did not come from a history. In what earlier versions wrote, no historical one says the same. */
  readonly live: boolean
  /** WhatsApp Business Account id. */
  readonly accountId: string | null
  /** The business's own phone number as digits. */
  readonly displayNumber: string | null
  /** Parent business-scoped user id of the customer. */
  readonly contactParentUserId: string | null
  /** Username of the customer. */
  readonly username: string | null
  /** Of each actor the last reaction, by actor; of the 64 latest. One person may be several actors. */
  readonly reactions: readonly ActorReaction[]
  /** The business sent it from its phone: the echo stands for sent, whose time is messageAt. */
  readonly echoed: boolean
  /** Whose price it is: 3 delivered, 2 read or played, 1 any other status, 0 unknown. */
  readonly priceRank: number
  /** The business answered it; replied says the same of others and of what earlier versions wrote. */
  readonly businessReplied: boolean
  /** First time the business answered it. */
  readonly businessRepliedAt: number | null
  /** Template that it was made of. */
  readonly templateName: string | null
  /** Category of the template, as given. */
  readonly templateCategory: string | null
  /** We marked it as read: its sender sees blue ticks. */
  readonly markedRead: boolean
  /** First time, by our clock. */
  readonly markedReadAt: number | null
}

/** The provider reports a status of a payment that a message asked for. */
export interface PaymentStatusChanged {
  /** Where the fact came from and when. */
  readonly envelope: EventEnvelope
  /** Id of the message that asked. */
  readonly messageId: string
  /** pending, captured, failed; an open set. */
  readonly status: string
  /** wa_id of the payer; null when only a user id is known. */
  readonly recipientId: string | null
  /** Business-scoped user id of the payer. */
  readonly recipientUserId: string | null
  /** The merchant's reference. */
  readonly referenceId: string | null
  /** Transaction id. */
  readonly transactionId: string | null
  /** Amount times amountOffset. */
  readonly amountValue: number | null
  /** Divisor of amountValue. */
  readonly amountOffset: number | null
  /** ISO 4217 code. */
  readonly currency: string | null
  /** Errors given with the item; empty when there are none. */
  readonly errors: readonly ErrorDetail[]
  /** Sum of the refunds that succeeded, in the offset of the amount. */
  readonly refundedValue: number | null
  /** JSON text of the type's own object, whole; every number with its digits. */
  readonly content: string | null
  /** JSON text of the item's members that no field holds; null when there are none. */
  readonly unread: string | null
  /** Parent business-scoped user id of the payer. */
  readonly recipientParentUserId: string | null
  /** Username of the payer. */
  readonly username: string | null
}

/** A status change that really happened, once. */
export interface StatusTransition {
  /** Phone number id. */
  readonly number: string
  /** Id of the message. */
  readonly messageId: string
  /** Group participant; empty for the message itself. */
  readonly participant: string
  /** What happened. */
  readonly kind: TransitionKind
  /** The rung reached. */
  readonly rung: 'sent' | 'delivered' | 'read' | 'played' | 'failed'
  /** Highest rung before. */
  readonly previousRung: Rung | null
  /** Provider time of the rung. */
  readonly at: number | null
  /** receivedAt of the event that caused it. */
  readonly receivedAt: number
  /** at minus sentAt, as known then. */
  readonly sinceSentMs: number | null
  /** at minus deliveredAt, as known then. */
  readonly sinceDeliveredMs: number | null
  /** For failed and conflicted. */
  readonly failureCode: number | null
  /** As the timeline. */
  readonly anchorDay: number
  /** Event that caused it. */
  readonly eventId: string
}

/** What became of one raw record. */
export interface WebhookVerdict {
  /** Raw offset minus firstOffset. */
  readonly offsetDelta: number
  /** UUIDv7 of the accepted request. */
  readonly receiptId: string
  /** Name of the channel. */
  readonly channel: string
  /** Our clock when it was accepted. */
  readonly receivedAt: number
  /** Size of the body. */
  readonly bytes: number
  /** Outcome. */
  readonly verdict: Verdict
  /** Items under messages (and echoes, and history). */
  readonly messages: number
  /** Items under statuses. */
  readonly statuses: number
  /** Errors out of band. */
  readonly errors: number
  /** Other notifications. */
  readonly otherFields: number
  /** Events with distinct positions. */
  readonly events: number
  /** Dead letters. */
  readonly deadLetters: number
}

/** A verdict for every raw offset of one decoder batch. */
export interface WebhooksDecoded {
  /** Partition of the raw topic. */
  readonly rawPartition: number
  /** First raw offset. */
  readonly firstOffset: number
  /** One for each offset. */
  readonly verdicts: readonly WebhookVerdict[]
}

export type DeadLetterReason = 'not_json' | 'too_deep' | 'too_many_items' | 'wrong_shape' | 'unknown_number' | 'item_invalid' | 'too_large' | 'schema_rejected' | 'sink_rejected' | 'forward_refused' | 'forward_failed' | 'mark_refused'
export type DeadLetterStage = 'decoder' | 'timeline-processor' | 'clickhouse-sink' | 'forwarder' | 'read-receipts'
export type TimeProblem = 'missing' | 'unparsable' | 'too_early' | 'too_late'
export type TransitionKind = 'advanced' | 'filled_in' | 'failed' | 'conflicted'
export type Rung = 'sent' | 'delivered' | 'read' | 'played'
export type Verdict = 'decoded' | 'partial' | 'empty' | 'undecodable'
