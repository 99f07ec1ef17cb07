import { type HeardFact } from './heard.ts'

interface Reaction {
  readonly person: string
  readonly ids: readonly (string | null)[]
  readonly atMs: number | null
  readonly emoji: string
}

/** Reactions that stand, latest first, as (actor, time, emoji). */
export function standingReactions(facts: readonly HeardFact[]): readonly (readonly unknown[])[] {
  const given = facts.filter(({ word }) => word === 'reaction').map(toReaction)
  const last = new Map<string, Reaction>()
  for (const one of given.toSorted(isLater)) last.set(one.person, one)
  const latestFirst = [...last.values()]
    .toSorted((a, b) => isLater(a, b) || compare(a.person, b.person))
    .toReversed()
  return latestFirst
    .filter(
      (one, place) =>
        one.emoji !== '' &&
        !latestFirst.slice(0, place).some((later) => isOnePerson(one, later, latestFirst)),
    )
    .map(({ atMs, emoji, person }) => [person, atMs, emoji])
}

function toReaction({ about, atMs, fromBusiness, item }: HeardFact): Reaction {
  const { contactId, contactUserId } = about
  const ids = fromBusiness ? [] : [contactId, contactUserId]
  const isNamed = ids.some((id) => id !== null)
  const reaction = item['reaction']
  const emoji =
    typeof reaction === 'object' && reaction !== null && 'emoji' in reaction ? reaction.emoji : ''
  return {
    person: fromBusiness ? 'business' : isNamed ? `${contactId ?? ''}/${contactUserId ?? ''}` : '',
    ids,
    atMs,
    emoji: typeof emoji === 'string' ? emoji : '',
  }
}

/** One id may be missing where another reaction names both. */
function isOnePerson(one: Reaction, other: Reaction, all: readonly Reaction[]): boolean {
  if (one.person === other.person || one.person === '') return true
  if (sharesId(one, other)) return true
  return all.some((link) => sharesId(one, link) && sharesId(other, link))
}

function sharesId(one: Reaction, other: Reaction): boolean {
  return one.ids.some((id, place) => id !== null && id === other.ids[place])
}

function isLater(a: Reaction, b: Reaction): number {
  return (a.atMs ?? -1) - (b.atMs ?? -1) || compare(a.emoji, b.emoji)
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
