import {
  type ActorReaction,
  type MessageReacted,
  type MessageTimeline,
} from '@wabastream/contracts'
import { type TimelineDraft } from './timeline-draft.ts'
import { isGreaterText } from './bytes/utf8.ts'

/** WhatsApp's groups have up to 1024 members: a state that grows with them is slow to keep. */
const ACTORS_MAX = 64
const BUSINESS = 'business'
const NOBODY_NAMED = ''

export interface Reactions {
  readonly reactions: readonly ActorReaction[]
  /** Latest time of any of them, taken back or not. */
  readonly reactedAt: number | null
  /** The latest that its person neither took back nor replaced. */
  readonly reaction: string | null
}

/** Each person's last reaction stands, taken back or not; of two at once the greater emoji. */
export function addReaction(draft: TimelineDraft, reacted: MessageReacted): void {
  const emoji = reacted.emoji === '' ? null : reacted.emoji
  const given = { actor: actorOf(reacted), at: reacted.envelope.providerTime, emoji }
  const known = reactionsOf(draft)
  const before = known.find(({ actor }) => actor === given.actor)
  if (before !== undefined && !isLater(given, before)) return
  const reactions = joinReactions(known, [given])
  if (!reactions.includes(given)) return
  const { reactedAt, reaction } = summarize(reactions)
  draft.reactions = reactions
  draft.reactedAt = reactedAt
  draft.reaction = reaction
}

/** Of each actor the later one, by actor, of the actors who reacted last: a join. */
export function joinReactions(
  left: readonly ActorReaction[],
  right: readonly ActorReaction[],
): readonly ActorReaction[] {
  const byActor = new Map(left.map((one) => [one.actor, one]))
  for (const one of right) {
    const other = byActor.get(one.actor)
    if (other === undefined || isLater(one, other)) byActor.set(one.actor, one)
  }
  return [...byActor.values()]
    .toSorted((a, b) => (isLater(a, b) ? -1 : 1))
    .slice(0, ACTORS_MAX)
    .toSorted((a, b) => (isGreaterText(a.actor, b.actor) ? 1 : -1))
}

/** What earlier versions wrote knows the last reaction alone, not whose it was. */
export function reactionsOf(timeline: MessageTimeline): readonly ActorReaction[] {
  const { reactions, reactedAt, reaction } = timeline
  if (reactions.length > 0 || (reactedAt === null && reaction === null)) return reactions
  return [{ actor: NOBODY_NAMED, at: reactedAt, emoji: reaction }]
}

export function summarize(reactions: readonly ActorReaction[]): Reactions {
  const inOrder = reactions.toSorted((a, b) => (isLater(a, b) ? -1 : 1))
  const [last] = inOrder
  const links = inOrder.map(({ actor }) => actor).filter((actor) => /[^/]\/./.test(actor))
  const standing = inOrder.find(
    ({ actor, emoji }, place) =>
      emoji !== null && !inOrder.slice(0, place).some((later) => isBy(actor, later.actor, links)),
  )
  return { reactions, reactedAt: last?.at ?? null, reaction: standing?.emoji ?? null }
}

/**
 * Whether a later reaction is by the person of an earlier one: one of the ids is the same, or the
 * two stand together in another. What nobody is named for gives way to every later one.
 */
function isBy(earlier: string, later: string, links: readonly string[]): boolean {
  if (earlier === later || earlier === NOBODY_NAMED) return true
  if (earlier === BUSINESS || later === BUSINESS || later === NOBODY_NAMED) return false
  const [one, other] = [idsOf(earlier), idsOf(later)]
  if (isSameOf(one, other, 0) || isSameOf(one, other, 1)) return true
  return links.some((link) => {
    const both = idsOf(link)
    return (
      (isSameOf(one, both, 0) && isSameOf(other, both, 1)) ||
      (isSameOf(one, both, 1) && isSameOf(other, both, 0))
    )
  })
}

function idsOf(actor: string): readonly string[] {
  return actor.split('/', 2)
}

function isSameOf(left: readonly string[], right: readonly string[], place: 0 | 1): boolean {
  return left[place] !== '' && left[place] === right[place]
}

/** Both ids, for one may be missing another time; what is not known is empty. */
function actorOf({ fromBusiness, actorId, actorUserId }: MessageReacted): string {
  if (fromBusiness) return BUSINESS
  if (actorId === null && actorUserId === null) return NOBODY_NAMED
  return `${actorId ?? ''}/${actorUserId ?? ''}`
}

/** By time, then by emoji, then by actor; what is not known is the least. */
function isLater(left: ActorReaction, right: ActorReaction): boolean {
  if (left.at !== right.at) return right.at === null || (left.at !== null && left.at > right.at)
  if (left.emoji !== right.emoji) {
    if (left.emoji === null || right.emoji === null) return right.emoji === null
    return isGreaterText(left.emoji, right.emoji)
  }
  return isGreaterText(left.actor, right.actor)
}
