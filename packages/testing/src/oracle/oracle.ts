import { type Fact, isJson, type Json, listOf, textOf } from './facts.ts'

/** What ClickHouse has to say of one message, whatever order its webhooks came in. */
export interface OracleTimeline {
  readonly number: string
  readonly messageId: string
  readonly participant: string
  /** Furthest rung of sent < delivered < read < played; null below the ladder. */
  readonly rung: string | null
  readonly sentAt: number | null
  readonly deliveredAt: number | null
  readonly readAt: number | null
  readonly playedAt: number | null
  readonly failed: boolean
  readonly failedAt: number | null
  readonly failureCode: number | null
  readonly messageAt: number | null
  readonly messageType: string | null
  readonly edited: boolean
  readonly revoked: boolean
  readonly deleted: boolean
  readonly replied: boolean
  readonly repliedAt: number | null
  readonly reactedAt: number | null
  readonly reaction: string | null
  readonly paymentStatus: string | null
  readonly pricingCategory: string | null
  readonly callbackData: string | null
}

const LADDER = ['sent', 'delivered', 'read', 'played']
/** Of a status with another word nothing is believed, not even what it costs. */
const STATUSES = new Set([...LADDER, 'failed', 'deleted', 'warning'])
const PAYMENTS = ['payment pending', 'payment failed', 'payment captured']

/** Groups all facts by message and answers each question over the whole list at once: no fold, no order. */
export function expectTimelines(facts: Iterable<Fact>): ReadonlyMap<string, OracleTimeline> {
  const groups = new Map<string, Fact[]>()
  for (const fact of facts) {
    const key = JSON.stringify([fact.number, fact.messageId, fact.participant])
    const group = groups.get(key)
    if (group) group.push(fact)
    else groups.set(key, [fact])
  }
  return new Map([...groups].map(([key, group]) => [key, expectTimeline(group)]))
}

function expectTimeline(facts: readonly Fact[]): OracleTimeline {
  const [first] = facts
  if (!first) throw new Error('a timeline has at least one fact')
  const of = (word: string) => facts.filter((fact) => fact.word === word)
  const has = (word: string) => of(word).length > 0
  const earliest = (word: string) => least(of(word).map((fact) => fact.atMs))
  const statuses = facts.filter(({ word }) => STATUSES.has(word))
  const reaction = of('reaction').toSorted(byTimeThenEmoji).at(-1)
  return {
    number: first.number, messageId: first.messageId, participant: first.participant,
    rung: LADDER.findLast(has) ?? null,
    sentAt: earliest('sent'), deliveredAt: earliest('delivered'),
    readAt: earliest('read'), playedAt: earliest('played'),
    failed: has('failed'), failedAt: earliest('failed'),
    failureCode: greatest(of('failed').flatMap((fact) => codesOf(fact.item))),
    messageAt: earliest('message'),
    messageType: greatest(of('message').map((fact) => textOf(fact.item['type']))),
    edited: has('edited'), revoked: has('revoked'), deleted: has('deleted'),
    replied: has('replied'), repliedAt: earliest('replied'),
    reactedAt: reaction?.atMs ?? null, reaction: reaction ? emojiOf(reaction) || null : null,
    paymentStatus: PAYMENTS.findLast(has)?.slice('payment '.length) ?? null,
    pricingCategory: greatest(
      statuses.map(({ item }) => textOf(inner(item, 'pricing')['category']))),
    callbackData: greatest(statuses.map(({ item }) => textOf(item['biz_opaque_callback_data']))),
  }
}

function inner(item: Json, name: string): Json {
  const value = item[name]
  return isJson(value) ? value : {}
}

function codesOf(item: Json): readonly number[] {
  return listOf(item['errors']).map((error) => Number(error['code'])).filter(Number.isInteger)
}

function emojiOf(fact: Fact): string {
  return textOf(inner(fact.item, 'reaction')['emoji']) ?? ''
}

function byTimeThenEmoji(a: Fact, b: Fact): number {
  return (a.atMs ?? 0) - (b.atMs ?? 0) || (emojiOf(a) < emojiOf(b) ? -1 : 1)
}

function least(values: readonly (number | null)[]): number | null {
  const given = values.filter((value) => value !== null)
  return given.length === 0 ? null : given.reduce((a, b) => (a < b ? a : b))
}

function greatest<T extends number | string>(values: readonly (T | null)[]): T | null {
  const given = values.filter((value) => value !== null)
  return given.length === 0 ? null : given.reduce((a, b) => (a > b ? a : b))
}
