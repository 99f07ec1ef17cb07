import { sayText } from './contents.ts'
import { messageId } from './ids.ts'
import { actOn, type Story } from './scene.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** The business writes from its phone, and sometimes edits or revokes that. */
export const echo: Story = (scene, startMs) => {
  const { arrivals, business, dice, number } = scene
  const customer = business.pickCustomer(dice, number)
  const thread = arrivals.beginThread()
  const id = messageId(dice, customer.phone, 'outbound')
  const { content, text } = sayText(dice)
  arrivals.tell({
    number,
    atMs: startMs,
    thread,
    build: (envelope) => ({
      type: 'MessageEchoed',
      data: {
        envelope,
        messageId: id,
        messageType: 'text',
        recipientId: customer.id,
        recipientUserId: customer.userId,
        groupId: null,
        text,
        inReplyTo: null,
        historical: false,
        historicalStatus: null,
        recipientParentUserId: customer.parentUserId,
        content,
        unread: null,
        username: customer.username,
        templateName: null,
        templateCategory: null,
      },
    }),
  })
  if (!dice.chance(0.1)) return
  const target = { thread, messageId: id, customer, readMs: null }
  const carrier = messageId(dice, customer.phone, 'outbound')
  const act = {
    ...actOn(target, { messageId: carrier, customer, groupId: null }),
    fromBusiness: true,
  }
  const isEdit = dice.chance(0.6)
  const edited = sayText(dice)
  arrivals.tell({
    number,
    atMs: startMs + dice.int(10_000, 600_000),
    thread,
    build: (envelope) =>
      isEdit
        ? {
            type: 'MessageEdited',
            data: {
              envelope,
              ...act,
              contactName: null,
              text: edited.text,
              content: edited.content,
              unread: null,
            },
          }
        : {
            type: 'MessageRevoked',
            data: {
              envelope,
              ...act,
              contactName: null,
              content: JSON.stringify({ original_message_id: id }),
              unread: null,
            },
          },
  })
}

/** The provider reports, today, what happened to a message months ago. */
export const longAgo: Story = (scene, startMs) => {
  const { arrivals, business, dice, number } = scene
  const customer = business.pickCustomer(dice, number)
  const agoMs = dice.int(50 * DAY_MS, 150 * DAY_MS)
  const data = {
    messageId: messageId(dice, customer.phone, 'outbound'),
    participant: '',
    recipientId: customer.id,
    recipientUserId: customer.userId,
    groupId: null,
    conversationId: null,
    conversationOrigin: null,
    conversationExpiresAt: null,
    pricingModel: 'PMP',
    pricingType: 'regular',
    pricingCategory: 'marketing',
    billable: true,
    callbackData: null,
    errors: [],
    recipientParentUserId: customer.parentUserId,
    username: null,
    unread: null,
    otherwiseWrittenId: null,
  }
  const thread = arrivals.beginThread()
  for (const [index, status] of ['sent', 'delivered', 'read'].entries()) {
    const atMs = startMs - agoMs + index * MINUTE_MS
    arrivals.tell({
      number,
      atMs,
      reportedMs: startMs + index * 1_000,
      thread,
      build: (envelope) => ({
        type: 'MessageStatusChanged',
        data: { envelope, status, ...data },
      }),
    })
  }
}
