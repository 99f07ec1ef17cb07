import { dayOf, firstOf, groupBy, type Row } from './expected.ts'
import { type HeardFact, timelineOf } from './heard.ts'
import { listOf } from './json.ts'

const LADDER = ['sent', 'delivered', 'read', 'played']
const WORDS = new Set([...LADDER, 'failed'])
const EXPIRY_MS = 45 * 86_400_000

/** What each status changed, in the order in which it came. */
export function expectTransitions(facts: readonly HeardFact[]): readonly Row[] {
  return groupBy(facts, timelineOf).flatMap((group) => {
    const anchorDay = dayOf(firstOf(group).receivedAtMs)
    const ladder = group.filter(({ word }) => WORDS.has(word))
    return ladder.flatMap((fact, place) => {
      if (fact.historical) return []
      return transitionsOf(fact, ladder.slice(0, place)).map((row) => ({
        ...row,
        anchor_day: anchorDay,
      }))
    })
  })
}

function transitionsOf(fact: HeardFact, before: readonly HeardFact[]): readonly Row[] {
  const { atMs, word } = fact
  if (!isNews(fact, before)) return []
  const after = [...before, fact]
  const highest = LADDER.findLast((rung) => before.some((one) => one.word === rung))
  const isHigher = LADDER.indexOf(word) > LADDER.indexOf(highest ?? '')
  const kind = word === 'failed' ? 'failed' : isHigher ? 'advanced' : 'filled_in'
  const elapsedFrom = (rung: string): number | null => {
    const times = after.flatMap((one) => (one.word === rung ? (one.atMs ?? []) : []))
    const from = Math.min(...times)
    return times.length === 0 || atMs === null || atMs < from ? null : atMs - from
  }
  const code = greatestCode(after)
  const row = {
    number: fact.number,
    message_id: fact.messageId,
    participant: fact.participant,
    kind,
    rung: word,
    previous_rung: highest ?? '',
    event_at: atMs,
    received_at: fact.receivedAtMs,
    since_sent_ms: word === 'sent' ? null : elapsedFrom('sent'),
    since_delivered_ms: ['sent', 'delivered'].includes(word) ? null : elapsedFrom('delivered'),
    failure_code: kind === 'failed' ? code : null,
  }
  if (!isConflict(after) || isConflict(before)) return [row]
  return [row, { ...row, kind: 'conflicted', failure_code: code }]
}

/** A word reports itself once, and again at a time that lies further off than a timeline lasts. */
function isNews({ atMs, word }: HeardFact, before: readonly HeardFact[]): boolean {
  const same = before.filter((one) => one.word === word)
  if (same.length === 0) return true
  const known = same.flatMap((one) => one.atMs ?? [])
  if (atMs === null || known.length === 0) return false
  return known.every((time) => Math.abs(time - atMs) > EXPIRY_MS)
}

function isConflict(facts: readonly HeardFact[]): boolean {
  const has = (words: readonly string[]) => facts.some(({ word }) => words.includes(word))
  return has(['failed']) && has(['delivered', 'read', 'played'])
}

function greatestCode(facts: readonly HeardFact[]): number | null {
  const codes = facts
    .filter(({ word }) => word === 'failed')
    .flatMap(({ item }) => listOf(item['errors']).map(({ code }) => Number(code)))
  return codes.length === 0 ? null : Math.max(...codes)
}
