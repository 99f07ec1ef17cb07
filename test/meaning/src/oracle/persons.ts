import { type HeardChange, timeOf } from './changes.ts'
import { eventTypeOf, isEvent } from './event-views.ts'
import { firstOfEach, type Row } from './expected.ts'
import { type HeardFact } from './heard.ts'
import { listOf, objectIn, textIn } from './json.ts'
import { type Message } from './messages.ts'
import { type Json } from '../stories/story.ts'

interface Link {
  readonly scope: string
  readonly ids: readonly [string, string]
  readonly kind: string
}

/** Whom an id names in an account; the id itself where nothing more is known of it. */
export type PersonOf = (account: string, number: string, id: string) => string

const ACTS = new Set(['replied', 'reaction', 'edited', 'revoked'])

/** All that was ever said to be one person, by scope and id: the least of the ids. */
export function findPersons({
  changes,
  facts,
  messages,
}: {
  readonly facts: readonly HeardFact[]
  readonly messages: readonly Message[]
  readonly changes: readonly HeardChange[]
}): { readonly rows: readonly Row[]; readonly personOf: PersonOf } {
  const links = [
    ...facts.filter(isEvent).flatMap(linksOfFact),
    ...messages.flatMap(linksOfMessage),
    ...changes.flatMap(linksOfChange),
  ]
  const groups = new Map<string, Set<string>>()
  const keyOf = (scope: string, id: string): string => JSON.stringify([scope, id])
  for (const { ids, scope } of links) {
    const joined = new Set(ids.flatMap((id) => [...(groups.get(keyOf(scope, id)) ?? [id])]))
    for (const id of joined) groups.set(keyOf(scope, id), joined)
  }
  const least = (group: ReadonlySet<string>): string => [...group].toSorted()[0] ?? ''
  return {
    rows: [...groups].map(([key, group]) => {
      const [scope, id] = JSON.parse(key) as readonly string[]
      return { scope, id, person: least(group) }
    }),
    personOf: (account, number, id) => {
      const group = groups.get(keyOf(scopeOf(account, number), id))
      return group === undefined ? id : least(group)
    },
  }
}

const scopeOf = (account: string, number: string): string => account || number

function link(
  scope: string,
  [left, right]: readonly [string | null, string | null],
  kind = 'named_together',
): readonly Link[] {
  if (left === null || right === null || left === '' || right === '' || left === right) return []
  return [{ scope, ids: [left, right], kind }]
}

/** What several facts about a message say of its customer. */
const linksOfMessage = (one: Message): readonly Link[] =>
  link(scopeOf(one.account_id, one.number), [one.contact_id, one.contact_user_id])

function linksOfFact(fact: HeardFact): readonly Link[] {
  const { about, accountId, fromBusiness, item, number, word } = fact
  if (ACTS.has(word) && fromBusiness) return []
  const scope = scopeOf(accountId ?? '', number)
  const { contactId, contactParentUserId, contactUserId } = about
  const system = item['type'] === 'system' ? objectIn(item, 'system') : {}
  return [
    ...link(scope, [contactId, contactUserId]),
    ...(ACTS.has(word) || word.startsWith('payment ') || (word === 'message' && fromBusiness)
      ? []
      : link(scope, [contactId, about.otherwiseId], 'written_differently')),
    ...link(scope, [contactUserId ?? contactId, contactParentUserId]),
    ...link(scope, [contactId ?? contactUserId, textIn(system, 'wa_id')], 'number_changed'),
    ...link(scope, [contactUserId ?? contactId, textIn(system, 'user_id')], 'user_id_changed'),
  ]
}

function linksOfChange({ account, field, value }: HeardChange): readonly Link[] {
  if (field === 'calls' || field === 'user_preferences') {
    const all = ['calls', 'statuses', 'user_preferences', 'contacts']
    return all.flatMap((name) => listOf(value[name])).flatMap((item) => linksOfItem(account, item))
  }
  return listOf(value['user_id_update']).flatMap((update) => {
    const { current, previous } = objectIn(update, 'user_id')
    return [
      ...link(account, [String(previous), String(current)], 'user_id_changed'),
      ...link(account, [textIn(update, 'wa_id'), String(current)]),
    ]
  })
}

/** Whom an item of an account's change names by more than one id. */
function linksOfItem(account: string, item: Json): readonly Link[] {
  const of = (...names: readonly string[]): string | null =>
    names.map((name) => textIn(item, name)).find((id) => id !== null) ?? null
  const userId = of('from_user_id', 'to_user_id', 'recipient_user_id', 'user_id')
  const isTheirs = 'from_user_id' in item
  const phone = of(isTheirs ? 'from' : 'to', 'recipient_id', 'wa_id')
  return [...link(account, [phone, userId]), ...link(account, [userId, of('parent_user_id')])]
}

/** Every fact that two ids are one person, once, of the time when it first came. */
export function expectAliases({
  changes,
  facts,
  messages,
}: {
  readonly facts: readonly HeardFact[]
  readonly messages: readonly Message[]
  readonly changes: readonly HeardChange[]
}): readonly Row[] {
  const given = [
    ...facts.filter(isEvent).flatMap((fact) =>
      linksOfFact(fact).map((one) => ({
        ...one,
        account: fact.accountId ?? '',
        number: fact.number,
        source: eventTypeOf(fact),
        receivedAtMs: fact.receivedAtMs,
        eventAt: fact.atMs,
      })),
    ),
    ...messages.flatMap((message) =>
      linksOfMessage(message).map((one) => ({
        ...one,
        account: message.account_id,
        number: message.number,
        source: 'MessageTimeline',
        receivedAtMs: message.first_received_at,
        eventAt: null,
      })),
    ),
    ...changes.flatMap((change) =>
      linksOfChange(change).map((one) => ({
        ...one,
        account: change.account,
        number: change.number ?? '',
        source: change.field,
        receivedAtMs: change.receivedAtMs,
        eventAt: timeOf(change),
      })),
    ),
  ]
  return firstOfEach(given, ({ account, ids, kind, number, source }) => [
    account,
    number,
    kind,
    ids,
    source,
  ]).map(({ account, eventAt, ids: [left, right], kind, number, receivedAtMs, source }) => ({
    account_id: account,
    number,
    kind,
    left_id: left,
    right_id: right,
    source,
    event_at: eventAt,
    received_at: receivedAtMs,
  }))
}
