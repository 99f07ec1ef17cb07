import {
  type ActorReaction,
  type MessageReacted,
  type MessageTimeline,
} from '@wabastream/contracts'
import { isGreaterText } from './utf8.ts'

/** WhatsApp's groups have up to 1024 members; a state that grows with them would be slow to keep. */
const ACTORS_MAX = 64
const BUSINESS = 'business'
const NOBODY_NAMED = ''

export interface Reactions {
  readonly reactions: readonly ActorReaction[]
  /** Latest time of any of them, taken back or not. */
  readonly reactedAt: number | null
  /** The latest that was not taken back. */
  readonly reaction: string | null
}

/**
 * Each person's last reaction stands, taken back or not; of two at the same time the greater emoji.
 * Returns the very timeline it got when the event adds nothing to it.
 */
export function withReaction(timeline: MessageTimeline, reacted: MessageReacted): MessageTimeline {
  const emoji = reacted.emoji === '' ? null : reacted.emoji
  const given = { actor: actorOf(reacted), at: reacted.envelope.providerTime, emoji }
  const known = reactionsOf(timeline)
  const before = known.find(({ actor }) => actor === given.actor)
  if (before !== undefined && !isLater(given, before)) return timeline
  const reactions = joinReactions(known, [given])
  if (!reactions.includes(given)) return timeline
  return { ...timeline, ...summarize(reactions) }
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
  return {
    reactions,
    reactedAt: last?.at ?? null,
    reaction: inOrder.find(({ emoji }) => emoji !== null)?.emoji ?? null,
  }
}

/** A user id stays where the phone number goes. */
function actorOf({ fromBusiness, actorId, actorUserId }: MessageReacted): string {
  return fromBusiness ? BUSINESS : (actorUserId ?? actorId ?? NOBODY_NAMED)
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
