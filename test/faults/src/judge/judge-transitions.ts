import { type KeyedTransition } from '@wabastream/end-to-end'
import { expectTimelines, type Fact } from '@wabastream/testing'
import { type Judgement, named, repeated, without } from './judgement.ts'
import { transitionId } from './transition-watch.ts'

const RUNGS: ReadonlySet<string> = new Set(['sent', 'delivered', 'read', 'played', 'failed'])

/**
 * What the statuses reported is news once, with one of the times that were reported for it; what a
 * history reported need not be. `watched` are the transitions that a reader saw meanwhile.
 */
export function judgeTransitions(
  facts: readonly Fact[],
  transitions: readonly KeyedTransition[],
  watched: readonly string[],
): Judgement {
  const seen = transitions.map(transitionId)
  const reported = new Set(facts.map((fact) => `${idOf(fact)} ${fact.word}`))
  const reportedTimes = new Set(facts.map((fact) => `${idOf(fact)} ${fact.word} ${fact.atMs}`))
  const news = transitions.map((transition) => `${idOf(transition)} ${transition.rung}`)
  const conflicts = transitions.filter(({ kind }) => kind === 'conflicted').map(idOf)
  return {
    lost: [
      ...named('transition', without(expectedNews(facts), news)),
      ...named('conflict', without(expectedConflicts(facts), conflicts)),
      ...named('transition not seen meanwhile', without(seen, watched)),
    ],
    doubled: [
      ...named('transition', repeated(seen)),
      ...named('transition that nobody reported', without(news, [...reported])),
      ...named('transition seen meanwhile', repeated(watched)),
      ...named('transition that was taken back', without(watched, seen)),
    ],
    differing: named(
      'time of a transition that nobody reported',
      transitions
        .map((transition) => `${idOf(transition)} ${transition.rung} ${transition.at}`)
        .filter((time) => !reportedTimes.has(time)),
    ),
  }
}

function expectedNews(facts: readonly Fact[]): readonly string[] {
  const rungs = ofNoHistory(facts).filter(({ word }) => RUNGS.has(word))
  return [...new Set(rungs.map((fact) => `${idOf(fact)} ${fact.word}`))]
}

/** Messages that failed and were delivered. */
function expectedConflicts(facts: readonly Fact[]): readonly string[] {
  return [...expectTimelines(ofNoHistory(facts)).values()]
    .filter(({ failed, rungs }) => failed && /delivered|read|played/.test(rungs))
    .map(idOf)
}

function ofNoHistory(facts: readonly Fact[]): readonly Fact[] {
  const historical = new Set(facts.filter((fact) => fact.historical).map(idOf))
  return facts.filter((fact) => !historical.has(idOf(fact)))
}

function idOf(one: Pick<Fact, 'number' | 'messageId' | 'participant'>): string {
  return JSON.stringify([one.number, one.messageId, one.participant])
}
