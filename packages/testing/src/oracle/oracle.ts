import { type Fact } from './facts.ts'
import { child, idOf, type Json, listOf, textOf } from './json.ts'
import { type About } from './people.ts'

/**
 * Everything that should be known about one message, in whatever order its webhooks came. It leaves
 * out the two fields that depend on the order, `anchorDay` and `headless`, and the two that depend
 * on our clock, `firstReceivedAt` and `lastReceivedAt`.
 */
export interface OracleTimeline extends About {
  readonly number: string
  readonly messageId: string
  readonly participant: string
  readonly inbound: boolean
  readonly outbound: boolean
  /**
   * Those of sent, delivered, read, played that were reported, in this order, separated by spaces.
   */
  readonly rungs: string
  readonly sentAt: number | null
  readonly deliveredAt: number | null
  readonly readAt: number | null
  readonly playedAt: number | null
  readonly failed: boolean
  readonly failedAt: number | null
  readonly failureCode: number | null
  readonly messageAt: number | null
  readonly messageType: string | null
  readonly historical: boolean
  readonly edited: boolean
  readonly editedAt: number | null
  readonly revoked: boolean
  readonly revokedAt: number | null
  readonly deleted: boolean
  readonly deletedAt: number | null
  readonly warned: boolean
  readonly replied: boolean
  readonly repliedAt: number | null
  readonly inReplyTo: string | null
  readonly reactedAt: number | null
  readonly reaction: string | null
  readonly paymentStatus: string | null
  readonly paymentAt: number | null
  readonly conversationId: string | null
  readonly conversationOrigin: string | null
  readonly pricingModel: string | null
  readonly pricingType: string | null
  readonly pricingCategory: string | null
  readonly billable: boolean | null
  readonly callbackData: string | null
}

const LADDER = ['sent', 'delivered', 'read', 'played']
/** A status with another word counts for nothing, not even its price. */
const STATUSES = new Set([...LADDER, 'failed', 'deleted', 'warning'])
const PAYMENTS = ['payment pending', 'payment failed', 'payment captured']
/** Only the sender of a message can do these. */
const SENDERS_OWN = new Set(['message', 'edited', 'revoked'])
const DEEDS = new Set(['reaction', 'edited', 'revoked', 'replied'])

/**
 * Groups all facts by message and answers each question over the whole list at once: no fold, no
 * order.
 */
export function expectTimelines(facts: Iterable<Fact>): ReadonlyMap<string, OracleTimeline> {
  return mapMessages(facts, expectTimeline)
}

/**
 * What the timeline of each message holds and no row does: every time of a rung or failure except
 * its first, the eight latest of each word, as `delivered 1767225600000, read …`.
 */
export function expectLaterTimes(facts: Iterable<Fact>): ReadonlyMap<string, string> {
  return mapMessages(facts, (group) =>
    ['delivered', 'failed', 'played', 'read', 'sent']
      .flatMap((word) => {
        const times = group.flatMap(({ word: other, atMs }) => (other === word ? (atMs ?? []) : []))
        const [, ...later] = [...new Set(times)].toSorted((a, b) => a - b)
        return later.slice(-8).map((time) => `${word} ${time}`)
      })
      .join(', '),
  )
}

function mapMessages<T>(
  facts: Iterable<Fact>,
  expect: (group: readonly Fact[]) => T,
): ReadonlyMap<string, T> {
  const groups = new Map<string, Fact[]>()
  for (const fact of facts) {
    const key = JSON.stringify([fact.number, fact.messageId, fact.participant])
    const group = groups.get(key)
    if (group) group.push(fact)
    else groups.set(key, [fact])
  }
  return new Map([...groups].map(([key, group]) => [key, expect(group)]))
}

function expectTimeline(facts: readonly Fact[]): OracleTimeline {
  const [first] = facts
  if (!first) throw new Error('a timeline has at least one fact')
  const of = (...words: readonly string[]) => facts.filter(({ word }) => words.includes(word))
  const has = (word: string) => of(word).length > 0
  const earliest = (word: string) => least(of(word).map((fact) => fact.atMs))
  return {
    number: first.number,
    messageId: first.messageId,
    participant: first.participant,
    ...expectSides(facts),
    ...expectAbout(facts),
    ...expectBilling(of(...STATUSES)),
    rungs: LADDER.filter(has).join(' '),
    sentAt: earliest('sent'),
    deliveredAt: earliest('delivered'),
    readAt: earliest('read'),
    playedAt: earliest('played'),
    failed: has('failed'),
    failedAt: earliest('failed'),
    failureCode: greatest(of('failed').flatMap((fact) => codesOf(fact.item))),
    messageAt: earliest('message'),
    messageType: greatestText(of('message').map((fact) => textOf(fact.item['type']))),
    historical: of('message').some((fact) => fact.historical),
    edited: has('edited'),
    editedAt: greatest(of('edited').map((fact) => fact.atMs)),
    revoked: has('revoked'),
    revokedAt: earliest('revoked'),
    deleted: has('deleted'),
    deletedAt: earliest('deleted'),
    warned: has('warning'),
    replied: has('replied'),
    repliedAt: earliest('replied'),
    inReplyTo: greatestText(of('message').map(({ item }) => textOf(child(item, 'context')['id']))),
    ...expectReaction(of('reaction')),
    ...expectPayment(facts),
  }
}

/** Who sent it: any delivery word means the business; a deletion means the customer. */
function expectSides(facts: readonly Fact[]): Pick<OracleTimeline, 'inbound' | 'outbound'> {
  const isSentBy = ({ word, fromBusiness }: Fact, business: boolean): boolean => {
    if (SENDERS_OWN.has(word)) return fromBusiness === business
    return word === 'deleted'
      ? !business
      : business && (STATUSES.has(word) || PAYMENTS.includes(word))
  }
  return {
    inbound: facts.some((fact) => isSentBy(fact, false)),
    outbound: facts.some((fact) => isSentBy(fact, true)),
  }
}

/** Messages and statuses name a person; what is done to a message names only its group. */
function expectAbout(facts: readonly Fact[]): About {
  const statuses = facts.filter(({ word }) => STATUSES.has(word))
  const messages = facts.filter(({ word }) => word === 'message')
  const payments = facts.filter(({ word }) => PAYMENTS.includes(word))
  const deeds = facts.filter(({ word }) => DEEDS.has(word))
  const people = [...messages, ...statuses, ...payments]
  return {
    contactId: greatestText(people.map(({ about }) => about.contactId)),
    contactUserId: greatestText(people.map(({ about }) => about.contactUserId)),
    groupId: greatestText([...messages, ...statuses, ...deeds].map(({ about }) => about.groupId)),
  }
}

function expectBilling(statuses: readonly Fact[]) {
  const items = statuses.filter(({ historical }) => !historical).map(({ item }) => item)
  const conversation = (item: Json) => child(item, 'conversation')
  // Examples for groups have the pricing within the conversation.
  const pricing = (item: Json) => child('pricing' in item ? item : conversation(item), 'pricing')
  const pricingText = (name: string) =>
    greatestText(items.map((item) => textOf(pricing(item)[name])))
  const billable = new Set(items.map((item) => pricing(item)['billable']))
  return {
    conversationId: greatestText(items.map((item) => idOf(conversation(item)['id']))),
    conversationOrigin: greatestText(
      items.map((item) => textOf(child(conversation(item), 'origin')['type'])),
    ),
    pricingModel: pricingText('pricing_model'),
    pricingType: pricingText('type'),
    pricingCategory: pricingText('category'),
    billable: billable.has(true) || (billable.has(false) ? false : null),
    callbackData: greatestText(items.map((item) => textOf(item['biz_opaque_callback_data']))),
  }
}

function expectReaction(reactions: readonly Fact[]) {
  const last = reactions.toSorted(byTimeThenEmoji).at(-1)
  return { reactedAt: last?.atMs ?? null, reaction: last ? emojiOf(last) || null : null }
}

/** The first time of the furthest word. */
function expectPayment(facts: readonly Fact[]) {
  const furthest = PAYMENTS.findLast((word) => facts.some((fact) => fact.word === word))
  return {
    paymentStatus: furthest?.slice('payment '.length) ?? null,
    paymentAt: least(facts.filter(({ word }) => word === furthest).map((fact) => fact.atMs)),
  }
}

function codesOf(item: Json): readonly number[] {
  return listOf(item['errors'])
    .map((error) => Number(error['code']))
    .filter(Number.isInteger)
}

function emojiOf(fact: Fact): string {
  return textOf(child(fact.item, 'reaction')['emoji']) ?? ''
}

function byTimeThenEmoji(a: Fact, b: Fact): number {
  return (a.atMs ?? 0) - (b.atMs ?? 0) || compareText(emojiOf(a), emojiOf(b))
}

function least(values: readonly (number | null)[]): number | null {
  const given = values.filter((value) => value !== null)
  return given.length === 0 ? null : given.reduce((a, b) => (a < b ? a : b))
}

function greatest(values: readonly (number | null)[]): number | null {
  const given = values.filter((value) => value !== null)
  return given.length === 0 ? null : given.reduce((a, b) => (a > b ? a : b))
}

function greatestText(values: readonly (string | null)[]): string | null {
  return (
    values
      .filter((value) => value !== null)
      .toSorted(compareText)
      .at(-1) ?? null
  )
}

/** Compares by bytes, as databases do. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
