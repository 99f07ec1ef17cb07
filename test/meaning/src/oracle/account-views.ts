import { type HeardChange } from './changes.ts'
import { groupBy, firstOf, type Row } from './expected.ts'
import { listOf, objectIn, rawIn } from './json.ts'
import { type Json } from '../stories/story.ts'

interface CallFact {
  readonly change: HeardChange
  readonly item: Json
  readonly isStatus: boolean
}

const msOf = (item: Json, name: string): readonly number[] =>
  name in item ? [Number(item[name]) * 1000] : []
const least = (times: readonly number[]): number | null =>
  times.length === 0 ? null : Math.min(...times)
const greatest = (times: readonly number[]): number | null =>
  times.length === 0 ? null : Math.max(...times)

/** Calls, each once: how it connected, how it ended, and what the other side did. */
export function expectCalls(changes: readonly HeardChange[]): readonly Row[] {
  const facts = changes
    .filter(({ field }) => field === 'calls')
    .flatMap((change) => [
      ...listOf(change.value['calls']).map((item) => ({ change, item, isStatus: false })),
      ...listOf(change.value['statuses']).map((item) => ({ change, item, isStatus: true })),
    ])
  return groupBy(facts, ({ change, item }) => [change.number, item['id']]).map(toCall)
}

function toCall(facts: readonly CallFact[]): Row {
  const { change, item } = firstOf(facts)
  const isOurs = facts.some(isByBusiness)
  const of = (word: string): readonly CallFact[] =>
    facts.filter(({ item: one }) => one['event'] === word || one['status'] === word)
  const times = (some: readonly CallFact[], name: string): readonly number[] =>
    some.flatMap(({ item: one }) => msOf(one, name))
  const startedAt = greatest(times(facts, 'start_time'))
  const endedAt =
    greatest(times(facts, 'end_time')) ?? greatest(times(of('terminate'), 'timestamp'))
  const durations = facts.flatMap(({ item: one }) =>
    'duration' in one ? Number(one['duration']) : [],
  )
  const isTaken =
    startedAt !== null || of('ACCEPTED').length > 0 || durations.some((length) => length > 0)
  const ended =
    of('terminate').length > 0 ? 'missed' : of('RINGING').length > 0 ? 'ringing' : 'open'
  return {
    number: change.number,
    account_id: change.account,
    call_id: item['id'],
    received_at: Math.min(...facts.map((fact) => fact.change.receivedAtMs)),
    direction: isOurs ? 'business_initiated' : 'user_initiated',
    ...customerOf(facts),
    called_at: least(times(of('connect'), 'timestamp')),
    started_at: startedAt,
    ended_at: endedAt,
    duration_seconds:
      greatest(durations) ??
      (startedAt === null || endedAt === null ? null : (endedAt - startedAt) / 1000),
    outcome: of('REJECTED').length > 0 ? 'rejected' : isTaken ? 'taken' : ended,
    provider_status: firstWordIn(of('terminate')[0]?.item['status']),
  }
}

/** Said so, or by the number that called. */
function isByBusiness({ change, isStatus, item }: CallFact): boolean {
  const direction = rawIn(item, 'direction')
  if (isStatus || direction !== '') return isStatus || direction.startsWith('BUSINESS')
  const display = rawIn(objectIn(change.value, 'metadata'), 'display_phone_number')
  return rawIn(item, 'from') === display.replaceAll(/\D/g, '')
}

/** By what a fact of the call names, else by the contact block of the same person. */
function customerOf(facts: readonly CallFact[]): Row {
  const found = facts.map(idsIn)
  return {
    contact_id: found.map(({ id }) => id).find((id) => id !== '') ?? '',
    contact_user_id: found.map(({ userId }) => userId).find((id) => id !== '') ?? '',
  }
}

function idsIn(fact: CallFact): { readonly id: string; readonly userId: string } {
  const side = fact.isStatus ? 'recipient' : isByBusiness(fact) ? 'to' : 'from'
  const id = rawIn(fact.item, fact.isStatus ? 'recipient_id' : side)
  const userId = rawIn(fact.item, `${side}_user_id`)
  const contacts = listOf(fact.change.value['contacts'])
  const byPhone = contacts.find((one) => id !== '' && one['wa_id'] === id)
  const byUserId = contacts.find((one) => userId !== '' && one['user_id'] === userId)
  return {
    id: id || rawIn(byUserId ?? {}, 'wa_id'),
    userId: userId || rawIn(byPhone ?? {}, 'user_id'),
  }
}

/** Some write a list of one where webhooks have a word. */
function firstWordIn(status: unknown): string {
  const word: unknown = Array.isArray(status) ? status[0] : status
  return typeof word === 'string' ? word : ''
}
