import { describe, expect, it } from '@jest/globals'
import { answerKey } from './answers.ts'
import { after, answered, dueOf, HOUR, marked, NOW, options, received } from './facts.fixture.ts'
import { WaitingList } from './waiting-list.ts'

describe('the age of a message', () => {
  it('counts from when it was written, also where the webhook came late', () => {
    const late = received({ atMs: NOW - 25 * HOUR })
    expect(dueOf(after(late))).toEqual([])
    const list = after(received({ atMs: NOW - 20 * HOUR }))
    expect(list.expire(NOW + 5 * HOUR).lost).toHaveLength(1)
  })

  it('counts from the receipt where a clock ahead wrote it', () => {
    const list = after(received({ atMs: NOW + 24 * HOUR }))
    expect(list.expire(NOW + 25 * HOUR).lost).toHaveLength(1)
  })
})

describe('too many', () => {
  it('lets go the oldest of too many that wait, and forgets what is done', () => {
    const list = new WaitingList({ ...options, waitingMax: 2, doneMax: 1 })
    for (const messageId of ['a', 'b', 'c']) {
      list.apply(received({ messageId, policy: 'on_reply' }), NOW)
    }
    for (const messageId of ['d', 'e']) list.apply(marked(messageId), NOW)
    expect(list.expire(NOW).lost.map(({ messageId }) => messageId)).toEqual(['a'])
    expect(list.waitingCount).toBe(2)
    expect([list.isMarked({ number: '1', messageId: 'd' })]).toEqual([false])
    expect(list.isMarked({ number: '1', messageId: 'e' })).toBe(true)
    list.expire(NOW + 25 * HOUR)
    expect(list.isMarked({ number: '1', messageId: 'e' })).toBe(false)
  })

  it('lets go the oldest of too many that are due of one number', () => {
    const list = new WaitingList({ ...options, dueMax: 2 })
    for (const messageId of ['a', 'b', 'c']) list.apply(received({ messageId }), NOW)
    list.apply(received({ messageId: 'd', number: '2' }), NOW)
    expect(list.isOverfull).toBe(true)
    expect(list.expire(NOW).lost.map(({ messageId }) => messageId)).toEqual(['a'])
    expect(list.isOverfull).toBe(false)
    expect(dueOf(list)).toEqual(['b', 'c', 'd'])
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
