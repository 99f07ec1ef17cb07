import { type WireRecord } from '@wabastream/contracts'

type Record<Type extends WireRecord['type']> = Extract<WireRecord, { readonly type: Type }>

const DAY_MS = 86_400_000
const id = { number: '109876543210987', messageId: 'wamid.A', participant: '' }

/** A record of each kind that a table may refuse, besides events. */
export function refusedRecords(now: number) {
  const timeline = (headless: boolean): Record<'MessageTimeline'> => ({
    type: 'MessageTimeline',
    data: {
      ...id,
      inbound: false,
      outbound: true,
      rungs: headless ? 4 : 1,
      sentAt: headless ? null : now,
      deliveredAt: null,
      readAt: headless ? now : null,
      playedAt: null,
      failed: false,
      failedAt: null,
      failureCode: null,
      messageAt: null,
      messageType: null,
      historical: false,
      deleted: false,
      deletedAt: null,
      warned: false,
      editedAt: null,
      edited: false,
      revoked: false,
      revokedAt: null,
      replied: false,
      repliedAt: null,
      inReplyTo: null,
      reactedAt: null,
      reaction: null,
      paymentStatus: null,
      paymentAt: null,
      conversationId: null,
      conversationOrigin: null,
      pricingModel: null,
      pricingType: null,
      pricingCategory: null,
      billable: null,
      callbackData: null,
      contactId: null,
      contactUserId: null,
      groupId: null,
      firstReceivedAt: now,
      lastReceivedAt: now,
      anchorDay: Math.floor(now / DAY_MS),
      headless,
      laterTimes: [],
      live: true,
      accountId: null,
      displayNumber: null,
      contactParentUserId: null,
      username: null,
      reactions: [],
      echoed: false,
      priceRank: 0,
      businessReplied: false,
      businessRepliedAt: null,
      templateName: null,
      templateCategory: null,
      markedRead: false,
      markedReadAt: null,
    },
  })
  const transition: WireRecord = {
    type: 'StatusTransition',
    data: {
      ...id,
      kind: 'advanced',
      rung: 'sent',
      previousRung: null,
      at: now,
      receivedAt: now,
      sinceSentMs: null,
      sinceDeliveredMs: null,
      failureCode: null,
      anchorDay: Math.floor(now / DAY_MS),
      eventId: 'event',
    },
  }
  const decoded: WireRecord = {
    type: 'WebhooksDecoded',
    data: {
      rawPartition: 0,
      firstOffset: 5,
      verdicts: [
        {
          offsetDelta: 0,
          receiptId: 'receipt',
          channel: 'main',
          receivedAt: now,
          bytes: 9,
          verdict: 'decoded',
          messages: 0,
          statuses: 1,
          errors: 0,
          otherFields: 0,
          events: 1,
          deadLetters: 0,
        },
      ],
    },
  }
  return { timeline: timeline(false), headlessTimeline: timeline(true), transition, decoded }
}
