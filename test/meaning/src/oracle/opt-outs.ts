import { type HeardChange } from './changes.ts'
import { firstOf, groupBy, type Row } from './expected.ts'
import { type HeardFact } from './heard.ts'
import { listOf, rawIn } from './json.ts'
import { type PersonOf } from './persons.ts'

const REFUSED = 131_050

interface Wish {
  readonly number: string
  readonly person: string
  readonly category: string
  readonly isStop: boolean
  readonly atMs: number
  readonly source: string
}

/** Who wants no marketing: in force from the first stop after which nothing was resumed. */
export function expectOptOuts(
  facts: readonly HeardFact[],
  changes: readonly HeardChange[],
  personOf: PersonOf,
): readonly Row[] {
  const said = changes
    .filter(({ field }) => field === 'user_preferences')
    .flatMap(({ account, number, value }) =>
      listOf(value['user_preferences']).map((one) => ({
        number: String(number),
        person: personOf(account, String(number), rawIn(one, 'wa_id') || rawIn(one, 'user_id')),
        category: rawIn(one, 'category'),
        isStop: one['value'] === 'stop',
        atMs: Number(one['timestamp']) * 1000,
        source: 'user_preferences',
      })),
    )
  const refused = facts
    .filter(
      ({ historical, item, word }) =>
        word === 'failed' &&
        !historical &&
        listOf(item['errors']).some(({ code }) => code === REFUSED),
    )
    .map(({ about, accountId, atMs, number, receivedAtMs }) => ({
      number,
      person: personOf(accountId ?? '', number, (about.contactId || about.contactUserId) ?? ''),
      category: 'marketing_messages',
      isStop: true,
      atMs: atMs ?? receivedAtMs,
      source: 'error 131050',
    }))
  const wishes: readonly Wish[] = [...said, ...refused]
  return groupBy(wishes, ({ category, number, person }) => [number, person, category]).flatMap(
    (group) => {
      const stops = group.filter(({ isStop }) => isStop).map(({ atMs }) => atMs)
      if (stops.length === 0) return []
      const resumes = group.filter(({ isStop }) => !isStop).map(({ atMs }) => atMs)
      const resumedAt = Math.max(0, ...resumes)
      const standing = stops.filter((atMs) => atMs > resumedAt)
      const isInForce = standing.length > 0
      const { category, number, person } = firstOf(group)
      return [
        {
          number,
          person,
          category,
          in_force: isInForce,
          since: isInForce ? Math.min(...standing) : Math.max(...stops),
          ended_at: isInForce ? null : resumedAt,
          sources: [...new Set(group.map(({ source }) => source))].toSorted(),
        },
      ]
    },
  )
}
