import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { countByNumber } from './counts.ts'
import {
  after,
  answered,
  dueOf,
  HOUR,
  marked,
  NOW,
  options,
  place,
  received,
} from './facts.fixture.ts'
import { WaitingList } from './waiting-list.ts'

/** What another process knows after it has loaded what this one kept. */
function reloaded(list: WaitingList, kept = list.takeChanges()): WaitingList {
  const next = new WaitingList(options)
  for (const [key, value] of kept) next.load(key, value === null ? null : value.toString())
  return next
}

describe('a message', () => {
  it('is due on receipt, once, however often it comes', () => {
    const list = after(received(), received())
    expect(dueOf(list)).toEqual(['wamid.A'])
    list.apply(received(), NOW)
    expect(dueOf(list)).toEqual([])
  })

  it('is due on reply once its sender was answered later, whichever is read first', () => {
    const waits = received({ policy: 'on_reply' })
    expect(dueOf(after(waits))).toEqual([])
    expect(dueOf(after(waits, answered()))).toEqual(['wamid.A'])
    expect(dueOf(after(answered(), waits))).toEqual(['wamid.A'])
    const before = answered({ atMs: NOW - 2_000 })
    expect(dueOf(after(waits, before))).toEqual([])
    expect(dueOf(after(before, waits))).toEqual([])
    expect(dueOf(after(waits, answered({ contacts: ['person 50'] })))).toEqual([])
    expect(dueOf(after(waits, answered({ number: '2' })))).toEqual([])
  })

  it('is answered by any id of its sender', () => {
    const waits = received({ policy: 'on_reply', contacts: ['person 49', 'user DE.1'] })
    expect(dueOf(after(waits, answered({ contacts: ['user DE.1'] })))).toEqual(['wamid.A'])
  })

  it('that is marked is never due, whichever is read first', () => {
    expect(dueOf(after(received(), marked()))).toEqual([])
    expect(dueOf(after(marked(), received()))).toEqual([])
    const list = after(received())
    list.finish(received(), { nowMs: NOW, isRefused: false })
    expect(dueOf(reloaded(list))).toEqual([])
    const next = after(received(), marked())
    list.request({ ...received(), requestedAt: NOW })
    next.request({ ...received(), requestedAt: NOW })
    expect([...dueOf(list), ...dueOf(next)]).toEqual([])
  })

  it('that was refused is tried again where somebody asks', () => {
    const list = after(received())
    list.finish(received(), { nowMs: NOW, isRefused: true })
    expect(dueOf(list)).toEqual([])
    list.request({ ...received(), requestedAt: NOW })
    expect(list.takeDue()).toMatchObject([{ messageId: 'wamid.A', askedBy: 'on_request' }])
  })

  it('that is too old is left alone, and let go once it becomes so', () => {
    const old = received({ receivedAt: NOW - 25 * HOUR })
    expect(dueOf(after(old))).toEqual([])
    const list = after(received(), received({ messageId: 'wamid.B', policy: 'on_reply' }))
    expect(list.expire(NOW).tooOld).toEqual([])
    expect(list.expire(NOW + 24 * HOUR).tooOld.map(({ messageId }) => messageId)).toEqual([
      'wamid.A',
      'wamid.B',
    ])
    expect(dueOf(list)).toEqual([])
    expect(dueOf(reloaded(list))).toEqual([])
  })
})

describe('the list', () => {
  it('counts by number', () => {
    const list = after(
      received(),
      received({ messageId: 'b', receivedAt: NOW - 900 }),
      received({ messageId: 'c', policy: 'on_reply' }),
      received({ messageId: 'd', number: '2' }),
      marked('d'),
    )
    expect(countByNumber(list.messages()).get('1')).toEqual({
      due: 2,
      waiting: 1,
      oldestDueAtMs: NOW - 900,
    })
    expect(list.dueCount).toBe(3)
  })

  it('keeps what was marked, whatever a process wrote later that had lost its partitions', () => {
    const done = after(received(), marked()).takeChanges()
    const late = after(received()).takeChanges()
    const list = reloaded(new WaitingList(options), new Map(done))
    for (const [key, value] of late) list.load(key, value?.toString() ?? null)
    expect(dueOf(list)).toEqual([])
    for (const [key] of done) list.load(key, null)
    for (const [key, value] of late) list.load(key, value?.toString() ?? null)
    expect(dueOf(list)).toEqual(['wamid.A'])
  })

  it('passes over what a later version has kept', () => {
    const list = new WaitingList(options)
    list.load('["message","1","a"]', '{"state":"starred"}')
    list.load('["message","1"]', '{}')
    list.load('["colour"]', 'blue')
    list.load('["answer","1","person 49"]', '{"atMs":"soon"}')
    expect([...list.messages(), ...list.takeDue()]).toEqual([])
  })

  const names = fc.constantFrom('a', 'b', 'c')
  const times = fc.integer({ min: NOW - 5, max: NOW + 5 })
  const facts = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('received' as const),
        policy: fc.constant('on_reply' as const),
        number: fc.constant('1'),
        messageId: names,
        channel: fc.constant('main'),
        // A message has one sender and one time.
        contacts: fc.constant(['person 49']),
        atMs: fc.constant(NOW),
        receivedAt: fc.constant(NOW),
        place: fc.constant(place),
      }),
      fc.record({
        kind: fc.constant('answered' as const),
        number: fc.constant('1'),
        contacts: fc.constantFrom(['person 49'], ['person 50']),
        atMs: times,
      }),
      names.map((messageId) => marked(messageId)),
    ),
    { maxLength: 12 },
  )

  /** What would be marked in the end. */
  const wanted = (list: WaitingList): readonly string[] =>
    ['a', 'b', 'c'].filter((messageId) => list.isDue({ number: '1', messageId }))

  it('comes to the same in any order of facts, and with any repetition', () => {
    const shuffled = facts.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray([...given, ...given], { minLength: given.length * 2 }),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([given, others]) => {
        expect(wanted(after(...others))).toEqual(wanted(after(...given)))
      }),
    )
  })

  it('goes on after a crash as if there had been none', () => {
    fc.assert(
      fc.property(facts, facts, (before, later) => {
        const next = reloaded(after(...before))
        for (const fact of later) next.apply(fact, NOW)
        expect(wanted(next)).toEqual(wanted(after(...before, ...later)))
      }),
    )
  })
})
