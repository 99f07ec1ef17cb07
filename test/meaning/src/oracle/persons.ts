import { type HeardChange } from './changes.ts'
import { isEvent } from './event-views.ts'
import { type Row } from './expected.ts'
import { type HeardFact } from './heard.ts'
import { listOf, objectIn, textIn } from './json.ts'
import { type Message } from './messages.ts'

interface Link {
  readonly scope: string
  readonly ids: readonly [string, string]
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
    ...messages.flatMap((one) =>
      link(scopeOf(one.account_id, one.number), one.contact_id, one.contact_user_id),
    ),
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

function link(scope: string, left: string | null, right: string | null): readonly Link[] {
  if (left === null || right === null || left === '' || right === '' || left === right) return []
  return [{ scope, ids: [left, right] }]
}

function linksOfFact(fact: HeardFact): readonly Link[] {
  const { about, accountId, fromBusiness, item, number, word } = fact
  const isAct = ACTS.has(word)
  if (isAct && fromBusiness) return []
  const scope = scopeOf(accountId ?? '', number)
  const { contactId, contactUserId } = about
  const parentId = isAct || word.startsWith('payment ') ? null : about.contactParentUserId
  const system = item['type'] === 'system' ? objectIn(item, 'system') : {}
  return [
    ...link(scope, contactId, contactUserId),
    ...link(scope, contactUserId ?? contactId, parentId),
    ...link(scope, contactId ?? contactUserId, textIn(system, 'wa_id')),
    ...link(scope, contactUserId ?? contactId, textIn(system, 'user_id')),
  ]
}

function linksOfChange({ account, value }: HeardChange): readonly Link[] {
  return listOf(value['user_id_update']).flatMap((update) => {
    const { current, previous } = objectIn(update, 'user_id')
    return [
      ...link(account, String(previous), String(current)),
      ...link(account, textIn(update, 'wa_id'), String(current)),
    ]
  })
}
