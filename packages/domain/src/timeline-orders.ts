import { type LaterTime, type MessageTimeline } from '@wabastream/contracts'
import { earliest, greatestText, latest } from './joins.ts'
import { joinLaterTimes } from './later-times.ts'
import { joinMessageTypes } from './message-type.ts'
import { paymentRank } from './payment-rank.ts'
import { isGreaterPrice } from './price.ts'
import { joinReactions, reactionsOf, summarize } from './reactions.ts'

/** Which value of a field wins, or what two become. */
export type Order =
  /** The key: the same in both. */
  | 'same'
  /** Settled by the first event that was applied, in the order of the log. */
  | 'first applied'
  /** True where one is. */
  | 'either'
  /** Bits of both. */
  | 'union'
  | 'earliest'
  | 'latest'
  /** By its UTF-8 bytes. */
  | 'greatest'
  /** Greatest; a placeholder gives way to every other type. */
  | 'greatest real'
  /** Decided together with the other fields of this order. */
  | 'price'
  | 'payment'
  | 'reactions'
  | 'times'

/**
 * For every field of a timeline the order in which values win: what the fold does event by event,
 * `joinTimelines` does with two timelines, and ClickHouse with two rows.
 */
export const timelineOrders: Readonly<Record<keyof MessageTimeline, Order>> = {
  number: 'same',
  messageId: 'same',
  participant: 'same',
  inbound: 'either',
  outbound: 'either',
  rungs: 'union',
  sentAt: 'times',
  deliveredAt: 'times',
  readAt: 'times',
  playedAt: 'times',
  failed: 'either',
  failedAt: 'times',
  failureCode: 'latest',
  messageAt: 'earliest',
  messageType: 'greatest real',
  historical: 'either',
  deleted: 'either',
  deletedAt: 'earliest',
  warned: 'either',
  editedAt: 'latest',
  edited: 'either',
  revoked: 'either',
  revokedAt: 'earliest',
  replied: 'either',
  repliedAt: 'earliest',
  inReplyTo: 'greatest',
  reactedAt: 'reactions',
  reaction: 'reactions',
  paymentStatus: 'payment',
  paymentAt: 'payment',
  conversationId: 'greatest',
  conversationOrigin: 'greatest',
  pricingModel: 'price',
  pricingType: 'price',
  pricingCategory: 'price',
  billable: 'price',
  callbackData: 'greatest',
  contactId: 'greatest',
  contactUserId: 'greatest',
  groupId: 'greatest',
  firstReceivedAt: 'earliest',
  lastReceivedAt: 'latest',
  anchorDay: 'first applied',
  headless: 'first applied',
  laterTimes: 'times',
  live: 'either',
  accountId: 'greatest',
  displayNumber: 'greatest',
  contactParentUserId: 'greatest',
  username: 'greatest',
  reactions: 'reactions',
  echoed: 'either',
  priceRank: 'price',
  businessReplied: 'either',
  businessRepliedAt: 'earliest',
  templateName: 'greatest',
  templateCategory: 'greatest',
  markedRead: 'either',
  markedReadAt: 'earliest',
}

type Value = MessageTimeline[keyof MessageTimeline]
type Join = (left: never, right: never) => Value

/** Of orders that look at one field alone. */
const joins: Partial<Readonly<Record<Order, Join>>> = {
  either: (left: boolean, right: boolean) => left || right,
  union: (left: number, right: number) => left | right,
  earliest,
  latest,
  greatest: greatestText,
  'greatest real': joinMessageTypes,
}

/**
 * What the facts of both timelines of one message come to, in any order and with any repetition;
 * the first applied event is the left one's.
 */
export function joinTimelines(left: MessageTimeline, right: MessageTimeline): MessageTimeline {
  const joined = Object.entries(timelineOrders).map(([field, order]) => {
    const [one, other] = [left, right].map((side) => side[field as keyof MessageTimeline])
    const join = joins[order] as ((left: unknown, right: unknown) => Value) | undefined
    return [field, join === undefined ? one : join(one, other)] as const
  })
  return {
    ...(Object.fromEntries(joined) as unknown as MessageTimeline),
    ...joinPrices(left, right),
    ...joinPayments(left, right),
    ...summarize(joinReactions(reactionsOf(left), reactionsOf(right))),
    ...joinTimes(left, right),
  }
}

function joinPrices(left: MessageTimeline, right: MessageTimeline): Partial<MessageTimeline> {
  const { priceRank, pricingModel, pricingType, pricingCategory, billable } = isGreaterPrice(
    right,
    left,
  )
    ? right
    : left
  return { priceRank, pricingModel, pricingType, pricingCategory, billable }
}

function joinPayments(left: MessageTimeline, right: MessageTimeline): Partial<MessageTimeline> {
  const [one, other] = [left, right].map(({ paymentStatus }) =>
    paymentStatus === null ? 0 : paymentRank(paymentStatus),
  )
  if (one === other) return { paymentAt: earliest(left.paymentAt, right.paymentAt) }
  const { paymentStatus, paymentAt } = (one ?? 0) > (other ?? 0) ? left : right
  return { paymentStatus, paymentAt }
}

const TIMES = {
  sent: 'sentAt',
  delivered: 'deliveredAt',
  read: 'readAt',
  played: 'playedAt',
  failed: 'failedAt',
} as const satisfies Readonly<Record<LaterTime['rung'], keyof MessageTimeline>>

/** First times are the earliest; all others are later times. */
function joinTimes(left: MessageTimeline, right: MessageTimeline): Partial<MessageTimeline> {
  const times: Partial<Record<(typeof TIMES)[LaterTime['rung']], number | null>> = {}
  const known: LaterTime[] = [...left.laterTimes, ...right.laterTimes]
  for (const rung of ['sent', 'delivered', 'read', 'played', 'failed'] as const) {
    const [one, other] = [left[TIMES[rung]], right[TIMES[rung]]]
    times[TIMES[rung]] = earliest(one, other)
    const at = latest(one, other)
    if (at !== null && one !== null && other !== null && one !== other) known.push({ rung, at })
  }
  return { ...times, laterTimes: joinLaterTimes(known) }
}
