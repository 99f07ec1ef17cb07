import { type ErrorDetail, type MessageReceived } from '@wabastream/contracts'
import { type Arrivals, type Thread } from './arrivals.ts'
import { type Business, type BusinessNumber, type Customer } from './business.ts'
import { sayAnything, type Said } from './contents.ts'
import { type Dice } from './dice.ts'
import { messageId } from './ids.ts'

/** Where a story takes place. */
export interface Scene {
  readonly dice: Dice
  readonly arrivals: Arrivals
  readonly business: Business
  readonly number: BusinessNumber
}

/** What one story is about; it begins at `startMs`, and may go on for days. */
export type Story = (scene: Scene, startMs: number) => void

/** A message that a story goes on about. */
export interface Told {
  readonly thread: Thread
  readonly messageId: string
  readonly customer: Customer
  /** When it was read; null where nobody did. */
  readonly readMs: number | null
}

export type Category = 'marketing' | 'utility' | 'authentication' | 'service'

const FAILED = 0.02
const FAILURES: readonly (readonly [number, string])[] = [
  [131026, 'Message undeliverable'],
  [131026, 'Message undeliverable'],
  [131049, 'Healthy ecosystem engagement'],
  [131047, 'Re-engagement message'],
  [131050, 'User stopped marketing messages'],
  [130472, 'User is part of an experiment'],
  [131053, 'Media upload error'],
]
const DAY_MS = 86_400_000
const NO_ERRORS: readonly ErrorDetail[] = []

interface Sent {
  readonly customer: Customer
  readonly atMs: number
  readonly category: Category
  readonly callbackData?: string | null
  readonly group?: { readonly id: string; readonly participants: readonly Customer[] }
}

interface Price {
  readonly conversationId: string | null
  readonly conversationOrigin: string | null
  readonly pricingModel: string
  readonly pricingType: string
  readonly pricingCategory: string
  readonly billable: boolean
}

/** The business sends a message: its statuses, and in a group those of each participant. */
export function send(scene: Scene, sent: Sent): Told {
  const { arrivals, dice } = scene
  const thread = arrivals.beginThread()
  const id = messageId(dice, sent.customer.phone, 'outbound')
  const told = { thread, messageId: id, customer: sent.customer }
  const price = priceOf(scene, sent.category)
  const sentMs = sent.atMs + dice.int(200, 2_000)
  const status = createStatusTeller(scene, { ...told, sent, price })
  if (dice.chance(FAILED)) {
    if (dice.chance(0.4)) status('sent', sentMs)
    status('failed', sentMs + dice.int(500, 20_000))
    return { ...told, readMs: null }
  }
  status('sent', sentMs)
  if (sent.group !== undefined) {
    for (const participant of sent.group.participants) {
      const its = { ...told, thread: arrivals.beginThread(), participant, sent, price }
      deliver(scene, createStatusTeller(scene, its), sentMs)
    }
    return { ...told, readMs: sentMs + 60_000 }
  }
  return { ...told, readMs: deliver(scene, status, sentMs) }
}

type TellStatus = (word: string, atMs: number) => void

/** When it was read, if it was. */
function deliver({ dice }: Scene, status: TellStatus, sentMs: number): number | null {
  if (!dice.chance(0.955)) return null
  const deliveredMs = sentMs + dice.logNormal(3_000, 1.3)
  status('delivered', deliveredMs)
  if (!dice.chance(0.7)) return null
  const readMs = deliveredMs + Math.min(3 * DAY_MS, dice.logNormal(4 * 60_000, 1.7))
  status('read', readMs)
  return readMs
}

function createStatusTeller(
  { arrivals, dice, number }: Scene,
  told: {
    readonly thread: Thread
    readonly messageId: string
    readonly sent: Sent
    readonly price: Price
    readonly participant?: Customer
  },
): TellStatus {
  const { participant, price, sent, thread } = told
  const customer = participant ?? sent.customer
  const isWholeGroup = sent.group !== undefined && participant === undefined
  return (word, atMs) => {
    const isFailed = word === 'failed'
    const isPriced = !isFailed && !isWholeGroup
    const errors = isFailed ? [failureOf(dice)] : NO_ERRORS
    arrivals.tell({
      number,
      atMs,
      thread,
      build: (envelope) => ({
        type: 'MessageStatusChanged',
        data: {
          envelope,
          messageId: told.messageId,
          participant: participant?.phone ?? '',
          status: word,
          recipientId: isWholeGroup ? null : customer.id,
          recipientUserId: isWholeGroup ? null : customer.userId,
          groupId: sent.group?.id ?? null,
          conversationId: isPriced ? price.conversationId : null,
          conversationOrigin: isPriced ? price.conversationOrigin : null,
          conversationExpiresAt: null,
          pricingModel: isPriced ? price.pricingModel : null,
          pricingType: isPriced ? price.pricingType : null,
          pricingCategory: isPriced ? price.pricingCategory : null,
          billable: isPriced ? price.billable : null,
          callbackData: sent.callbackData ?? null,
          errors,
          recipientParentUserId: isWholeGroup ? null : customer.parentUserId,
          username: null,
          unread: null,
          otherwiseWrittenId: null,
        },
      }),
    })
  }
}

function priceOf({ dice, number }: Scene, category: Category): Price {
  const isFree = category === 'service' || (category === 'utility' && dice.chance(0.3))
  const pricingType = isFree ? 'free_customer_service' : 'regular'
  const billable = !isFree
  if (!number.isByConversation) {
    const pricing = { pricingModel: 'PMP', pricingType, pricingCategory: category, billable }
    return { ...pricing, conversationId: null, conversationOrigin: null }
  }
  return {
    conversationId: dice.hex(32),
    conversationOrigin: category,
    pricingModel: 'CBP',
    pricingType,
    pricingCategory: category,
    billable,
  }
}

function failureOf(dice: Dice): ErrorDetail {
  const [code, title] = dice.pick(FAILURES)
  const href = 'https://docs.example/error-codes'
  return { code, title, message: title, details: `${title}.`, href }
}

/** A customer writes; an answer to a message is news of that message too. */
export function receive(
  scene: Scene,
  heard: {
    readonly customer: Customer
    readonly atMs: number
    readonly said?: Said
    readonly groupId?: string
    readonly answers?: Told
  },
): Told {
  const { arrivals, dice, number } = scene
  const { answers, atMs, customer, groupId = null, said = sayAnything(dice) } = heard
  const thread = arrivals.beginThread()
  const id = messageId(dice, customer.phone, 'inbound')
  const forwarded = dice.chance(0.02)
  const message: Omit<MessageReceived, 'envelope'> = {
    messageId: id,
    messageType: said.messageType,
    fromId: customer.id,
    fromUserId: customer.userId,
    groupId,
    contactName: customer.name,
    text: said.text,
    inReplyTo: answers?.messageId ?? null,
    forwarded,
    mediaId: said.mediaId,
    mimeType: said.mimeType,
    replyId: said.replyId,
    referralSourceId: said.referralSourceId,
    referralClickId: said.referralClickId,
    historical: false,
    errors: NO_ERRORS,
    fromParentUserId: customer.parentUserId,
    username: customer.username,
    newFromId: null,
    newFromUserId: null,
    content: said.content,
    unread: said.unread,
    otherwiseWrittenId: null,
  }
  arrivals.tell({
    number,
    atMs,
    thread,
    build: (envelope) => ({ type: 'MessageReceived', data: { envelope, ...message } }),
  })
  const told = { thread, messageId: id, customer, readMs: atMs }
  if (answers !== undefined) {
    const act = actOn(answers, { messageId: id, customer, groupId })
    arrivals.tell({
      number,
      atMs,
      thread: answers.thread,
      build: (envelope) => ({ type: 'MessageReplied', data: { envelope, ...act } }),
    })
  }
  return told
}

/** The fields of everything that a customer does to a message. */
export function actOn(
  target: Told,
  by: { readonly messageId: string; readonly customer: Customer; readonly groupId: string | null },
) {
  return {
    messageId: by.messageId,
    targetMessageId: target.messageId,
    fromBusiness: false,
    actorId: by.customer.id,
    actorUserId: by.customer.userId,
    groupId: by.groupId,
    historical: false,
    actorParentUserId: by.customer.parentUserId,
    username: by.customer.username,
  }
}

export function react(scene: Scene, target: Told, atMs: number): void {
  const { arrivals, dice, number } = scene
  const id = messageId(dice, target.customer.phone, 'inbound')
  const act = actOn(target, { messageId: id, customer: target.customer, groupId: null })
  const emoji = dice.chance(0.05) ? null : dice.pick(['👍', '❤️', '😂', '🙏', '😮'])
  const content = JSON.stringify({ message_id: target.messageId, emoji: emoji ?? '' })
  const said = { emoji, contactName: target.customer.name, content, unread: null }
  arrivals.tell({
    number,
    atMs,
    thread: target.thread,
    build: (envelope) => ({ type: 'MessageReacted', data: { envelope, ...act, ...said } }),
  })
}
