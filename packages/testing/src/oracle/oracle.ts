import { type Fact } from './facts.ts'
import { compareText, greatest, greatestText, least } from './greatest.ts'
import { child, idOf, type Json, listOf, textOf } from './json.ts'
import { expectPayment, expectPrice } from './money.ts'
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
  readonly live: boolean
  readonly echoed: boolean
  readonly accountId: string | null
  readonly displayNumber: string | null
  readonly edited: boolean
  readonly editedAt: number | null
  readonly revoked: boolean
  readonly revokedAt: number | null
  readonly deleted: boolean
  readonly deletedAt: number | null
  readonly warned: boolean
  readonly replied: boolean
  readonly repliedAt: number | null
  readonly businessReplied: boolean
  readonly businessRepliedAt: number | null
  readonly inReplyTo: string | null
  readonly reactedAt: number | null
  readonly reaction: string | null
  /** Of each person the last one, as `business 👍, DE.1 `, by person. */
  readonly reactions: string
  readonly paymentStatus: string | null
  readonly paymentAt: number | null
  readonly conversationId: string | null
  readonly conversationOrigin: string | null
  /** 3 of delivered, 2 of read or played, 1 of another status, 0 of none. */
  readonly priceRank: number
  readonly pricingModel: string | null
  readonly pricingType: string | null
  readonly pricingCategory: string | null
  readonly billable: boolean | null
  readonly callbackData: string | null
  readonly templateName: string | null
  readonly templateCategory: string | null
  /** By us, as read. */
  readonly markedRead: boolean
  readonly markedReadAt: number | null
}

const LADDER = ['sent', 'delivered', 'read', 'played']
/** A status with another word counts for nothing, not even its price. */
const STATUSES = new Set([...LADDER, 'failed', 'deleted', 'warning'])
const PAYMENTS = new Set(['payment pending', 'payment failed', 'payment captured'])
/** What gives way to any other type: the content is not there, or not yet. */
const STAND_INS = new Set(['media_placeholder', 'unsupported', 'unknown'])
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
    messageType: expectType(of('message')),
    ...expectTemplate(of('message')),
    historical: facts.some((fact) => fact.historical),
    live: facts.some((fact) => !fact.historical),
    echoed: expectEchoed(of('message')),
    accountId: greatestText(facts.map((fact) => fact.accountId)),
    displayNumber: greatestText(facts.map((fact) => fact.displayNumber)),
    edited: has('edited'),
    editedAt: greatest(of('edited').map((fact) => fact.atMs)),
    revoked: has('revoked'),
    revokedAt: earliest('revoked'),
    deleted: has('deleted'),
    deletedAt: earliest('deleted'),
    warned: has('warning'),
    markedRead: has('marked read'),
    markedReadAt: earliest('marked read'),
    ...expectReplies(of('replied')),
    inReplyTo: greatestText(of('message').map(({ item }) => textOf(child(item, 'context')['id']))),
    ...expectReaction(of('reaction')),
    ...expectPayment(facts),
  }
}

/** Who sent it: the message itself says so, and of the business any word about its delivery. */
function expectSides(facts: readonly Fact[]): Pick<OracleTimeline, 'inbound' | 'outbound'> {
  const isSentBy = ({ word, fromBusiness }: Fact, business: boolean): boolean => {
    if (word === 'message') return fromBusiness === business
    return business && word !== 'deleted' && (STATUSES.has(word) || PAYMENTS.has(word))
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
  const payments = facts.filter(({ word }) => PAYMENTS.has(word))
  const deeds = facts.filter(({ word }) => DEEDS.has(word))
  const people = [...messages, ...statuses, ...payments]
  return {
    contactId: greatestText(people.map(({ about }) => about.contactId)),
    contactUserId: greatestText(people.map(({ about }) => about.contactUserId)),
    contactParentUserId: greatestText(people.map(({ about }) => about.contactParentUserId)),
    username: greatestText(people.map(({ about }) => about.username)),
    groupId: greatestText([...messages, ...statuses, ...deeds].map(({ about }) => about.groupId)),
  }
}

function expectType(messages: readonly Fact[]): string | null {
  const types = messages.map(({ item }) => textOf(item['type']))
  const real = types.filter((type) => type !== null && !STAND_INS.has(type))
  return greatestText(real.length > 0 ? real : types)
}

/** An echo names its template, or has its definition beside it, which knows the category. */
function expectTemplate(messages: readonly Fact[]) {
  const items = messages.filter(({ fromBusiness }) => fromBusiness).map(({ item }) => item)
  const sent = (item: Json) => child(item, 'template')
  const defined = (item: Json) => child(item, 'template_definition')
  return {
    templateName: greatestText(
      items.map((item) => textOf(sent(item)['name']) ?? textOf(defined(item)['name'])),
    ),
    templateCategory: greatestText(
      items.map((item) => textOf(defined(item)['category']) ?? textOf(sent(item)['category'])),
    ),
  }
}

/** What the business sent from its phone, but where a history says that it never left. */
function expectEchoed(messages: readonly Fact[]): boolean {
  return messages.some(({ fromBusiness, historical, item }) => {
    const said = historical ? textOf(child(item, 'history_context')['status']) : null
    return fromBusiness && (said === null || LADDER.includes(said.toLowerCase()))
  })
}

function expectReplies(replies: readonly Fact[]) {
  const from = (business: boolean) => replies.filter((fact) => fact.fromBusiness === business)
  return {
    replied: from(false).length > 0,
    repliedAt: least(from(false).map((fact) => fact.atMs)),
    businessReplied: from(true).length > 0,
    businessRepliedAt: least(from(true).map((fact) => fact.atMs)),
  }
}

function expectBilling(statuses: readonly Fact[]) {
  const live = statuses.filter(({ historical }) => !historical)
  const items = live.map(({ item }) => item)
  const conversation = (item: Json) => child(item, 'conversation')
  return {
    conversationId: greatestText(items.map((item) => idOf(conversation(item)['id']))),
    conversationOrigin: greatestText(
      items.map((item) => textOf(child(conversation(item), 'origin')['type'])),
    ),
    callbackData: greatestText(items.map((item) => textOf(item['biz_opaque_callback_data']))),
    ...expectPrice(live),
  }
}

/** Everybody's last word: a removal takes away one's own reaction only. */
function expectReaction(reactions: readonly Fact[]) {
  const people = new Map<string, Fact>()
  for (const fact of reactions.toSorted(byTimeThenEmoji)) people.set(personOf(fact), fact)
  const last = reactions.toSorted(byTimeThenEmoji).at(-1)
  const entries = [...people.values()].toSorted(
    (a, b) => byTimeThenEmoji(a, b) || compareText(personOf(a), personOf(b)),
  )
  const shown = entries.findLast(
    (fact, place) =>
      emojiOf(fact) !== '' &&
      !entries.slice(place + 1).some((later) => isOnePerson(fact, later, entries)),
  )
  return {
    reactedAt: last?.atMs ?? null,
    reaction: shown === undefined ? null : emojiOf(shown),
    reactions: [...people]
      .toSorted(([a], [b]) => compareText(a, b))
      .map(([person, fact]) => `${person} ${emojiOf(fact)}`)
      .join(', '),
  }
}

/** One id may be missing where another fact names both. */
function isOnePerson(left: Fact, right: Fact, all: readonly Fact[]): boolean {
  if (left.fromBusiness || right.fromBusiness) return left.fromBusiness === right.fromBusiness
  const idsOf = ({ about }: Fact) => [about.contactId ?? '', about.contactUserId ?? '']
  const sharesId = (one: Fact, other: Fact): boolean =>
    idsOf(one).some((id, place) => id !== '' && id === idsOf(other)[place])
  if (idsOf(left).every((id) => id === '')) return true
  if (sharesId(left, right)) return true
  const others = all.filter(({ fromBusiness }) => !fromBusiness)
  return others.some((fact) => sharesId(left, fact) && sharesId(right, fact))
}

function personOf({ about, fromBusiness }: Fact): string {
  if (fromBusiness) return 'business'
  const { contactId, contactUserId } = about
  if (contactId === null && contactUserId === null) return ''
  return `${contactId ?? ''}/${contactUserId ?? ''}`
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
