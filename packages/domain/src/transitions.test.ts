import { describe, expect, it } from '@jest/globals'
import {
  type MessageEvent,
  type MessageTimeline,
  type StatusTransition,
} from '@wabastream/contracts'
import { anEcho, aStatus } from '@wabastream/testing'
import { evolve, initialTimeline } from './message-timeline.ts'
import { decideTransitions } from './transitions.ts'

const NOON = Date.UTC(2026, 4, 1, 12)
const EXPIRY_SECONDS = 100

function decideAll(events: readonly MessageEvent[]): readonly StatusTransition[] {
  let before: MessageTimeline | undefined
  return events.flatMap((event) => {
    const after = evolve(before ?? initialTimeline(event), event)
    const transitions = decideTransitions({
      before,
      after,
      event,
      expiryMs: EXPIRY_SECONDS * 1_000,
    })
    before = after
    return transitions
  })
}

const at = (second: number) => ({ providerTime: NOON + second * 1_000 })
const steps = (transitions: readonly StatusTransition[]) =>
  transitions.map(({ kind, rung, previousRung }) => [kind, rung, previousRung])

describe('decideTransitions', () => {
  it('reports each rung reached, with the time that it took', () => {
    const [sent, delivered, read] = decideAll([
      aStatus('sent', at(0)),
      aStatus('delivered', at(2)),
      aStatus('read', at(9)),
    ])
    expect(sent).toMatchObject({
      kind: 'advanced',
      rung: 'sent',
      previousRung: null,
      sinceSentMs: null,
    })
    expect(delivered).toMatchObject({
      kind: 'advanced',
      sinceSentMs: 2_000,
      sinceDeliveredMs: null,
    })
    expect(read).toMatchObject({
      previousRung: 'delivered',
      sinceSentMs: 9_000,
      sinceDeliveredMs: 7_000,
    })
  })

  it('reports a rung that comes after a higher one as filled in', () => {
    expect(steps(decideAll([aStatus('read', at(9)), aStatus('delivered', at(2))]))).toEqual([
      ['advanced', 'read', null],
      ['filled_in', 'delivered', 'read'],
    ])
  })

  it('says nothing of duplicates, of earlier times and of unknown words', () => {
    expect(
      steps(
        decideAll([
          aStatus('sent', at(3)),
          aStatus('sent', at(3)),
          aStatus('sent', at(1)),
          aStatus('in_orbit', at(4)),
        ]),
      ),
    ).toEqual([['advanced', 'sent', null]])
  })

  it('reports a failure once, with its code', () => {
    const errors = [{ code: 131049, title: null, message: null, details: null, href: null }]
    const failures = decideAll([
      aStatus('sent', at(0)),
      aStatus('failed', at(1), { errors }),
      aStatus('failed', at(2)),
    ])
    expect(failures[1]).toMatchObject({
      kind: 'failed',
      rung: 'failed',
      previousRung: 'sent',
      failureCode: 131049,
      sinceSentMs: 1_000,
    })
    expect(failures).toHaveLength(2)
  })

  it('says of what came before its beginning no time that it took', () => {
    const overtaken = decideAll([
      aStatus('sent', at(0)),
      aStatus('delivered', at(20)),
      aStatus('read', at(10)),
    ])
    expect(overtaken.at(-1)).toMatchObject({ sinceSentMs: 10_000, sinceDeliveredMs: null })
    const early = decideAll([aStatus('sent', at(20)), aStatus('failed', at(10))])
    expect(early.at(-1)).toMatchObject({ kind: 'failed', sinceSentMs: null })
  })

  it('reports a conflict once, at whichever side came second', () => {
    expect(steps(decideAll([aStatus('failed'), aStatus('delivered'), aStatus('read')]))).toEqual([
      ['failed', 'failed', null],
      ['advanced', 'delivered', null],
      ['conflicted', 'delivered', null],
      ['advanced', 'read', 'delivered'],
    ])
    expect(steps(decideAll([aStatus('read'), aStatus('failed')]))).toEqual([
      ['advanced', 'read', null],
      ['failed', 'failed', 'read'],
      ['conflicted', 'failed', 'read'],
    ])
  })

  it('reports a rung again whose time is further away than the expiry, earlier or later', () => {
    const times = (transitions: readonly StatusTransition[]) =>
      transitions.map((one) => [one.kind, one.rung, ((one.at ?? 0) - NOON) / 1_000])
    expect(
      times(
        decideAll([
          aStatus('read', at(200)),
          aStatus('read', at(99)),
          aStatus('read', at(150)),
          aStatus('sent', at(300)),
          aStatus('sent', at(199)),
          aStatus('sent', at(401)),
        ]),
      ),
    ).toEqual([
      ['advanced', 'read', 200],
      ['advanced', 'read', 99],
      ['filled_in', 'sent', 300],
      ['filled_in', 'sent', 199],
      ['filled_in', 'sent', 401],
    ])
    expect(
      times(
        decideAll([
          aStatus('failed', at(0)),
          aStatus('failed', at(101)),
          aStatus('failed', at(100)),
        ]),
      ),
    ).toEqual([
      ['failed', 'failed', 0],
      ['failed', 'failed', 101],
    ])
  })

  it('reports a time that is far from all others once, however often it is reported again', () => {
    const times = [0, 101, 101, 0, 303, 202, 202, 101, 303, 202, 0]
    const reported = (status: string) =>
      decideAll(times.map((time) => aStatus(status, at(time)))).map(
        (one) => ((one.at ?? 0) - NOON) / 1_000,
      )
    expect(reported('delivered')).toEqual([0, 101, 303, 202])
    expect(reported('failed')).toEqual([0, 101, 303, 202])
  })

  it('does not report what a history says, but takes it as known', () => {
    expect(
      steps(
        decideAll([
          anEcho({ historical: true, historicalStatus: 'read' }),
          aStatus('read'),
          aStatus('sent'),
        ]),
      ),
    ).toEqual([['filled_in', 'sent', 'read']])
  })
})
