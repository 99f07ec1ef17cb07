import { type Random } from './random.ts'
import { type Json, type Telling } from './story.ts'

/** Members that the provider adds one day. */
const NEWS: readonly Json[] = [
  { future_flag: true },
  { future: { list: [{ a: 1 }, { a: 2, b: [3] }], nothing: null, empty: [] } },
  { future_by_person: { '4915100000001': { 'user US.6': 'seen' } } },
]

/** Some of what is told has a member that nobody knows, in an item, its context or a value. */
export function withNews(telling: Telling, random: Random): Telling {
  if (!random.chance(0.08)) return telling
  const { said } = telling
  const news = random.pick(NEWS)
  if (!('list' in said)) return { ...telling, said: { ...said, value: { ...said.value, ...news } } }
  const { context } = said.item
  const item =
    typeof context === 'object' && random.chance(0.5)
      ? { ...said.item, context: { ...context, ...news } }
      : { ...said.item, ...news }
  return { ...telling, said: { ...said, item } }
}

/** Some conversations are handled by another sender, and all of them is told in one field. */
export function inStandby(telling: Telling, random: Random): Telling {
  const { place, said } = telling
  if (!('list' in said) || said.list === 'errors' || place.account === null) return telling
  if (!random.chance(0.1)) return telling
  const isRequest = said.list === 'message_echoes' && random.chance(0.6)
  const item = isRequest ? toRequest(said.item, random) : said.item
  return { ...telling, isStandby: true, said: { ...said, item } }
}

const toDefinition = (random: Random): Json => ({
  name: random.pick(['order_ready', 'order_late']),
  ...(random.chance(0.5) ? { category: random.pick(['MARKETING', 'UTILITY']) } : {}),
})

/** An echo as the very request that sent it, with the definition of its template beside it. */
function toRequest(echo: Json, random: Random): Json {
  const { from, id, timestamp, to, to_user_id: recipient, ...sent } = echo
  const { context } = sent
  const answered =
    typeof context === 'object' && context !== null && 'id' in context
      ? { context: { ...context, id: undefined, message_id: context.id } }
      : {}
  return {
    from,
    id,
    timestamp,
    message: {
      ...sent,
      ...answered,
      ...(to === undefined ? {} : { to }),
      ...(recipient === undefined ? {} : { recipient }),
    },
    ...(random.chance(0.3) ? { template: toDefinition(random) } : {}),
  }
}
