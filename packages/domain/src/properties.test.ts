import { describe, expect, it } from '@jest/globals'
import { type MessageEvent, type MessageTimeline } from '@wabastream/contracts'
import { arbitraryMessageEvent } from '@wabastream/testing'
import fc from 'fast-check'
import { evolve, initialTimeline, isDuplicate } from './message-timeline.ts'
import { joinTimelines } from './timeline-orders.ts'
import { decideTransitions } from './transitions.ts'

const events = fc.array(arbitraryMessageEvent('wamid.M'), { minLength: 1, maxLength: 14 })

/** The same events in any order, each any number of times but at least once. */
const withShuffle = events.chain((given) =>
  fc.record({
    given: fc.constant(given),
    shuffled: fc.array(fc.constantFrom(...given), { maxLength: 10 }).chain((repeated) =>
      fc.shuffledSubarray([...given, ...repeated], {
        minLength: given.length + repeated.length,
      }),
    ),
  }),
)

function fold(given: readonly MessageEvent[]): MessageTimeline {
  const [first] = given
  if (first === undefined) throw new Error('no events')
  return given.reduce(evolve, initialTimeline(first))
}

function freeze(timeline: MessageTimeline): MessageTimeline {
  Object.freeze(timeline.laterTimes)
  Object.freeze(timeline.reactions)
  return Object.freeze(timeline)
}

/** What depends on the order of the log on purpose. */
function unordered(timeline: MessageTimeline): object {
  return { ...timeline, anchorDay: 0, headless: false }
}

function transitionsOf(given: readonly MessageEvent[]) {
  let before: MessageTimeline | undefined
  return given.flatMap((event) => {
    const after = evolve(before ?? initialTimeline(event), event)
    const transitions = decideTransitions({ before, after, event, expiryMs: 45 * 86_400_000 })
    before = after
    return transitions
  })
}

const FLAGS = ['failed', 'deleted', 'edited', 'revoked', 'inbound', 'markedRead'] as const
const FIRST_TIMES = [
  'sentAt',
  'deliveredAt',
  'readAt',
  'failedAt',
  'messageAt',
  'markedReadAt',
] as const

const check = <T>(arbitrary: fc.Arbitrary<T>, verify: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, verify), { numRuns: 500 })

describe('the fold, over events of all kinds,', () => {
  it('gives the same timeline for any order and any repetition', () => {
    check(withShuffle, ({ given, shuffled }) => {
      expect(unordered(fold(shuffled))).toEqual(unordered(fold(given)))
    })
  })

  it('comes to what two timelines come to that share the events between them', () => {
    check(events, (given) => {
      const [first, ...others] = given
      if (first === undefined) return
      const parts = others.map((event) => fold([event]))
      expect(parts.reduce(joinTimelines, fold([first]))).toEqual(fold(given))
    })
  })

  it('leaves the timeline that it goes on from as it was', () => {
    check(events, (given) => {
      const [first] = given
      if (first === undefined) return
      const foldFrozen = () =>
        given.reduce((timeline, event) => evolve(freeze(timeline), event), initialTimeline(first))
      // Writing to a frozen object or list throws.
      expect(foldFrozen).not.toThrow()
    })
  })

  it('returns the very same timeline for events that it holds, which are duplicates', () => {
    check(events, (given) => {
      const timeline = fold(given)
      for (const event of given) {
        expect(evolve(timeline, event)).toBe(timeline)
        expect(isDuplicate(timeline, event)).toBe(true)
      }
    })
  })

  it('never takes a rung or a flag back, never makes a first time later', () => {
    check(events, (given) => {
      let before = fold(given.slice(0, 1))
      for (const event of given) {
        const after = evolve(before, event)
        expect(after.rungs & before.rungs).toBe(before.rungs)
        for (const flag of FLAGS) {
          expect(after[flag] || !before[flag]).toBe(true)
        }
        for (const time of FIRST_TIMES) {
          if (before[time] !== null) expect(after[time]).toBeLessThanOrEqual(before[time])
        }
        before = after
      }
    })
  })

  it('keeps the anchor day and headless of the first event', () => {
    check(events, (given) => {
      const { anchorDay, headless } = fold(given.slice(0, 1))
      expect(fold(given)).toMatchObject({ anchorDay, headless })
    })
  })
})

describe('transitions, over events of all kinds,', () => {
  it('never repeat a kind and rung', () => {
    check(withShuffle, ({ shuffled }) => {
      const ids = transitionsOf(shuffled).map(({ kind, rung }) => `${kind} ${rung}`)
      expect(new Set(ids).size).toBe(ids.length)
    })
  })

  it('report each status that the timeline knows, except what a history reported', () => {
    const live = events.filter((given) => given.every(({ type }) => type !== 'MessageEchoed'))
    check(live, (given) => {
      const transitions = transitionsOf(given)
      const rungs = transitions.filter(
        ({ kind }) => kind === 'advanced' || kind === 'filled_in',
      ).length
      const timeline = fold(given)
      expect(rungs).toBe(timeline.rungs.toString(2).replaceAll('0', '').length)
      expect(transitions.some(({ kind }) => kind === 'failed')).toBe(timeline.failed)
      expect(transitions.some(({ kind }) => kind === 'conflicted')).toBe(
        timeline.failed && timeline.rungs > 1,
      )
    })
  })

  it('are the same for the same log', () => {
    check(events, (given) => {
      expect(transitionsOf(given)).toEqual(transitionsOf(structuredClone(given)))
    })
  })
})
