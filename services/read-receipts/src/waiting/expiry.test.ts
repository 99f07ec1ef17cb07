import { describe, expect, it } from '@jest/globals'
import { answerKey } from './answers.ts'
import { after, answered, dueOf, HOUR, marked, NOW, options, received } from './facts.fixture.ts'
import { WaitingList } from './waiting-list.ts'

function recallAll(list: WaitingList, kept: ReadonlyMap<string, Buffer | null>): void {
  for (const [key, value] of kept) {
    const message = list.readSpilled(key, String(value))
    if (message !== undefined) list.recall(message)
  }
}

describe('the age of a message', () => {
  it('counts from when it was written, also where the webhook came late', () => {
    const late = received({ atMs: NOW - 25 * HOUR })
    expect(dueOf(after(late))).toEqual([])
    const list = after(received({ atMs: NOW - 20 * HOUR }))
    expect(list.expire(NOW + 5 * HOUR).tooOld).toHaveLength(1)
  })

  it('counts from the receipt where a clock ahead wrote it', () => {
    const list = after(received({ atMs: NOW + 24 * HOUR }))
    expect(list.expire(NOW + 25 * HOUR).tooOld).toHaveLength(1)
  })
})

describe('too many', () => {
  it('lets go the oldest of too many that wait, and forgets what is done', () => {
    const list = new WaitingList({ ...options, waitingMax: 2, doneMax: 1 })
    for (const messageId of ['a', 'b', 'c']) {
      list.apply(received({ messageId, policy: 'on_reply' }), NOW)
    }
    for (const messageId of ['d', 'e']) list.apply(marked(messageId), NOW)
    expect(list.expire(NOW).tooMany.map(({ messageId }) => messageId)).toEqual(['a'])
    expect(list.waitingCount).toBe(2)
    expect([list.isMarked({ number: '1', messageId: 'd' })]).toEqual([false])
    expect(list.isMarked({ number: '1', messageId: 'e' })).toBe(true)
    list.expire(NOW + 25 * HOUR)
    expect(list.isMarked({ number: '1', messageId: 'e' })).toBe(false)
  })

  it('spills what is too much to be held of one number, and takes it back in order', () => {
    const list = new WaitingList({ ...options, heldMax: 2 })
    for (const messageId of ['a', 'b', 'c', 'd']) list.apply(received({ messageId }), NOW)
    list.apply(received({ messageId: 'e', number: '2' }), NOW)
    expect(dueOf(list)).toEqual(['a', 'b', 'e'])
    expect([list.dueCount, list.spilledCountOf('1'), list.spilledCountOf('2')]).toEqual([5, 2, 0])
    // It is known, though it is not held.
    list.apply(received({ messageId: 'c' }), NOW)
    list.request({ ...received({ messageId: 'c' }), requestedAt: NOW })
    expect(list.dueCount).toBe(5)
    for (const messageId of ['a', 'b']) {
      list.finish(received({ messageId }), { nowMs: NOW, isRefused: false })
    }
    list.apply(received({ messageId: 'f' }), NOW)
    expect(dueOf(list)).toEqual([])
    recallAll(list, list.takeChanges())
    expect(dueOf(list)).toEqual(['c', 'd', 'f'])
    expect(list.spilledCountOf('1')).toBe(0)
  })

  it('holds a small share of each number once those of all are many', () => {
    const list = new WaitingList({ ...options, heldMax: 4, heldMaxOfAll: 5, heldShare: 1 })
    for (const number of ['1', '2', '3']) {
      for (const messageId of ['a', 'b', 'c', 'd', 'e']) {
        list.apply(received({ messageId, number }), NOW)
      }
    }
    expect(['1', '2', '3'].map((number) => list.spilledCountOf(number))).toEqual([1, 4, 4])
  })

  it('does not mark one that was marked while it was spilled', () => {
    const list = new WaitingList({ ...options, heldMax: 1 })
    for (const messageId of ['a', 'b']) list.apply(received({ messageId }), NOW)
    const kept = list.takeChanges()
    list.apply(marked('b'), NOW)
    recallAll(list, kept)
    expect(dueOf(list)).toEqual(['a'])
    expect(list.isMarked({ number: '1', messageId: 'b' })).toBe(true)
  })

  it('forgets the oldest of too many answers, and says how many', () => {
    const list = new WaitingList({ ...options, answersMax: 2 })
    for (const contact of ['a', 'b', 'c']) list.apply(answered({ contacts: [contact] }), NOW)
    expect(list.isOverfull).toBe(true)
    expect(list.expire(NOW).answersForgotten).toBe(1)
    expect(list.isOverfull).toBe(false)
    expect(list.takeChanges().get(answerKey('1', 'a'))).toBeNull()
    const waits = (contact: string) =>
      received({ messageId: contact, policy: 'on_reply', contacts: [contact] })
    for (const contact of ['a', 'b', 'c']) list.apply(waits(contact), NOW)
    expect(dueOf(list)).toEqual(['b', 'c'])
    expect(list.expire(NOW + 2 * HOUR).answersForgotten).toBe(0)
  })
})
