import { type Answered, type Fact, type Received } from '../facts/facts.ts'
import { WaitingList } from './waiting-list.ts'

export const NOW = Date.UTC(2026, 10, 30, 12)
export const HOUR = 3_600_000
export const options = {
  withinMs: 24 * HOUR,
  waitingMax: 100,
  doneMax: 100,
  heldMax: 100,
  heldMaxOfAll: 1_000,
  heldShare: 10,
  spilledMax: 1_000,
  answersMax: 100,
}
export const place = { partition: 0, offset: 1, itemIndex: 0, receiptId: 'r' }
export const received = (given: Partial<Received> = {}): Received => ({
  kind: 'received',
  policy: 'on_receipt',
  number: '1',
  messageId: 'wamid.A',
  channel: 'main',
  contacts: ['person 49'],
  atMs: NOW - 1_000,
  receivedAt: NOW - 500,
  place,
  ...given,
})
export const answered = (given: Partial<Answered> = {}): Answered => ({
  kind: 'answered',
  number: '1',
  contacts: ['person 49'],
  atMs: NOW,
  ...given,
})
export const marked = (messageId = 'wamid.A'): Fact => ({ kind: 'marked', number: '1', messageId })

export const dueOf = (list: WaitingList): readonly string[] =>
  list.takeDue().map(({ messageId }) => messageId)

export function after(...facts: readonly Fact[]): WaitingList {
  const list = new WaitingList(options)
  for (const fact of facts) list.apply(fact, NOW)
  return list
}
