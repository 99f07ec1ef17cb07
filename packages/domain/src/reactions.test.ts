import { describe, expect, it } from '@jest/globals'
import { type MessageEvent } from '@wabastream/contracts'
import { anEnvelope, anEvent } from '@wabastream/testing'
import { evolve, initialTimeline } from './message-timeline.ts'
import { joinTimelines } from './timeline-orders.ts'

const NOON = Date.UTC(2026, 4, 1, 12)
const PHONE = '5511987654321'
const USER = 'BR.1020304050'

interface Given {
  readonly phone?: string
  readonly user?: string
  readonly fromBusiness?: boolean
}

const reacted = (emoji: string | null, second: number, { phone, user, fromBusiness }: Given) =>
  anEvent('MessageReacted', {
    envelope: anEnvelope({ providerTime: NOON + second * 1_000 }),
    emoji,
    actorId: phone ?? null,
    actorUserId: user ?? null,
    fromBusiness: fromBusiness ?? false,
  })

/** In every order, and as timelines of one event each that meet later. */
function standingIn(events: readonly MessageEvent[]): ReadonlySet<string | null> {
  const orders = [events, events.toReversed(), [...events.slice(1), ...events.slice(0, 1)]]
  const found = orders.flatMap((order) => {
    const [first] = order
    if (first === undefined) return []
    const parts = order.map((event) => evolve(initialTimeline(event), event))
    return [order.reduce(evolve, initialTimeline(first)), parts.reduce(joinTimelines)]
  })
  return new Set(found.map(({ reaction }) => reaction))
}

describe('of reactions by several persons', () => {
  it.each<[string, readonly MessageEvent[], string | null]>([
    [
      'a removal takes away one’s own alone',
      [
        reacted('🎉', 1, { phone: '49301' }),
        reacted('👍', 2, { phone: '49302' }),
        reacted(null, 3, { phone: '49302' }),
      ],
      '🎉',
    ],
    [
      'the latest of those that stand is shown',
      [reacted('🎉', 1, { phone: '49301' }), reacted('👍', 2, { phone: '49302' })],
      '👍',
    ],
    [
      'the business’s removal leaves the customer’s',
      [
        reacted('👍', 1, { phone: PHONE }),
        reacted('❤️', 2, { phone: '4930', fromBusiness: true }),
        reacted(null, 3, { phone: '4930', fromBusiness: true }),
      ],
      '👍',
    ],
    [
      'a removal that is older than the reaction takes nothing away',
      [reacted(null, 1, { phone: PHONE }), reacted('👍', 2, { phone: PHONE })],
      '👍',
    ],
    [
      'a person known by the phone number first, then by both ids, is one',
      [reacted('👍', 1, { phone: PHONE }), reacted(null, 2, { phone: PHONE, user: USER })],
      null,
    ],
    [
      'a person whose phone number disappears is one',
      [reacted('👍', 1, { phone: PHONE, user: USER }), reacted(null, 2, { user: USER })],
      null,
    ],
    [
      'a person known by either id, which a third reaction names together, is one',
      [
        reacted('👍', 1, { phone: PHONE }),
        reacted('😂', 2, { phone: PHONE, user: USER }),
        reacted(null, 3, { user: USER }),
      ],
      null,
    ],
    [
      'two persons with nothing in common stay two',
      [reacted('👍', 1, { phone: PHONE }), reacted(null, 2, { user: USER })],
      '👍',
    ],
    [
      'a reaction of nobody in particular gives way to every later one',
      [reacted('👍', 1, {}), reacted(null, 2, { phone: PHONE })],
      null,
    ],
  ])('%s', (_name, events, expected) => {
    expect(standingIn(events)).toEqual(new Set([expected]))
  })
})

describe('of very many persons', () => {
  const crowd = Array.from({ length: 70 }, (_, place) =>
    reacted('👍', place, { phone: String(1_000 + place) }),
  )

  it('the 64 latest are kept, in whatever order they come', () => {
    const fold = (events: readonly MessageEvent[]) =>
      events.reduce(evolve, initialTimeline(anEvent('MessageReacted')))
    const { reactions } = fold(crowd)
    expect(reactions).toHaveLength(64)
    expect(reactions.map(({ actor }) => actor)).not.toContain('1005/')
    expect(fold(crowd.toReversed()).reactions).toEqual(reactions)
  })

  it('one that was dropped comes back when its person reacts again', () => {
    const again = reacted(null, 100, { phone: '1000' })
    const timeline = [...crowd, again].reduce(evolve, initialTimeline(again))
    expect(timeline.reactions).toContainEqual({
      actor: '1000/',
      at: NOON + 100_000,
      emoji: null,
    })
    expect(timeline.reaction).toBe('👍')
  })
})
