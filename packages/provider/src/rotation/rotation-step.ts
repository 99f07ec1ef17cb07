/**
 * - `take`: has the new key, given or asked for, and puts it beside the one in use
 * - `set_url`: sets the number's URL again, with the newest key
 * - `check_status`: the provider says, to the newest key, that the URL is ours
 * - `round_trip`: our URL answers the provider's handshake
 * - `promote`: the new key becomes the one in use, and the former one is kept beside it
 * - `let_go`: the former key is removed
 */
export const rotationSteps = [
  'take',
  'set_url',
  'check_status',
  'round_trip',
  'promote',
  'let_go',
] as const
export type RotationStep = (typeof rotationSteps)[number]

/** What is known of a rotation: what is stored, and what this run has done already. */
export interface RotationFacts {
  /** There is a new key, or one can be asked for, that is not stored yet. */
  readonly isOffered: boolean
  /** A rotation is under way: its key is stored. */
  readonly isTaken: boolean
  readonly hasNext: boolean
  readonly hasPrevious: boolean
  readonly isUrlSet: boolean
  readonly isSeen: boolean
  readonly isAnswered: boolean
  /** With a new key, the provider revokes the former ones and removes the webhook. */
  readonly revokesFormer: boolean
}

/**
 * The next step; null if nothing is left to do. It follows from what is stored and done, so a run
 * that was cut short anywhere is gone on with by asking again.
 */
export function decideStep(facts: RotationFacts): RotationStep | null {
  if (facts.isOffered) return 'take'
  if (!facts.isTaken) return null
  if (!facts.isUrlSet) return 'set_url'
  if (!facts.isSeen) return 'check_status'
  // The former key has ended, so everybody else has none until the new one is in its place.
  if (facts.hasNext && facts.revokesFormer) return 'promote'
  if (!facts.isAnswered) return 'round_trip'
  if (facts.hasNext) return 'promote'
  return facts.hasPrevious ? 'let_go' : null
}

/** What is known once a step has been done. */
export function afterStep(facts: RotationFacts, step: RotationStep): RotationFacts {
  switch (step) {
    case 'take': {
      const fresh = { isUrlSet: false, isSeen: false, isAnswered: false }
      return { ...facts, ...fresh, isOffered: false, isTaken: true, hasNext: true }
    }
    case 'set_url': {
      return { ...facts, isUrlSet: true }
    }
    case 'check_status': {
      return { ...facts, isSeen: true }
    }
    case 'round_trip': {
      return { ...facts, isAnswered: true }
    }
    case 'promote': {
      return { ...facts, hasNext: false, hasPrevious: true }
    }
    case 'let_go': {
      return { ...facts, hasPrevious: false }
    }
  }
}

/** Every step that is left, in order. */
export function planSteps(facts: RotationFacts): readonly RotationStep[] {
  const steps: RotationStep[] = []
  let known = facts
  // Each step is done once, so there can't be more than there are kinds.
  while (steps.length <= rotationSteps.length) {
    const step = decideStep(known)
    if (step === null) return steps
    steps.push(step)
    known = afterStep(known, step)
  }
  throw new Error('a rotation does not come to its end')
}
