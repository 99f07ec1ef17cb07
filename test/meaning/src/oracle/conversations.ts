import { count, dayOf, type Expected, firstOf, groupBy, type Row } from './expected.ts'
import { type Message } from './messages.ts'
import { type PersonOf } from './persons.ts'
import { timeZoneOf } from './places.ts'

const DAY_MS = 86_400_000

interface Said {
  readonly number: string
  readonly customer: string
  readonly kind: 'inbound' | 'outbound' | 'call'
  readonly atMs: number
  readonly message?: Message
}

const customerOf = (one: Row, personOf: PersonOf): string => {
  const id = String(one['contact_id'] === '' ? one['contact_user_id'] : one['contact_id'])
  return personOf(String(one['account_id']), String(one['number']), id)
}

/** What the two sides said to each other, live. */
function hearSaid(messages: readonly Message[], personOf: PersonOf): readonly Said[] {
  return messages.flatMap((message): readonly Said[] => {
    const { audience, direction: kind, historical, number, started_at: atMs } = message
    const customer = customerOf(message, personOf)
    const isSaid =
      kind === 'inbound' || (kind === 'outbound' && (message.rungs > 0 || message.failed))
    if (!isSaid || audience !== 'person' || historical || customer === '') return []
    return [{ number, customer, kind, atMs, message }]
  })
}

/** Who calls speaks, and opens the window of a day in which anything may be answered. */
function hearCalls(calls: readonly Row[], personOf: PersonOf): readonly Said[] {
  return calls
    .filter(({ direction }) => direction === 'user_initiated')
    .map((call) => ({
      number: String(call['number']),
      customer: customerOf(call, personOf),
      kind: 'call' as const,
      atMs: Number(call['called_at'] ?? call['started_at'] ?? call['received_at']),
    }))
    .filter(({ customer }) => customer !== '')
}

export function expectConversations(
  messages: readonly Message[],
  calls: readonly Row[],
  personOf: PersonOf,
): readonly Row[] {
  const said = [...hearSaid(messages, personOf), ...hearCalls(calls, personOf)]
  return groupBy(said, ({ customer, number }) => [number, customer]).map((group) => {
    const times = group.map(({ atMs }) => atMs)
    const lastOf = (...kinds: readonly string[]): number | null => {
      const some = group.filter(({ kind }) => kinds.includes(kind)).map(({ atMs }) => atMs)
      return some.length === 0 ? null : Math.max(...some)
    }
    const lastSpoken = lastOf('inbound', 'call')
    const { customer, number } = firstOf(group)
    return {
      number,
      customer,
      first_message_at: Math.min(...times),
      last_message_at: Math.max(...times),
      received: count(group, ({ kind }) => kind === 'inbound'),
      sent: count(group, ({ kind }) => kind === 'outbound'),
      calls: count(group, ({ kind }) => kind === 'call'),
      failed: count(group, ({ message }) => message?.status === 'failed'),
      last_received_at: lastOf('inbound'),
      last_sent_at: lastOf('outbound'),
      window_closes_at: lastSpoken === null ? null : lastSpoken + DAY_MS,
      window_open: lastSpoken !== null && lastSpoken + DAY_MS > Date.now(),
    }
  })
}

/** Those that are still open when it is asked. */
export function expectOpenWindows(conversations: readonly Row[]): readonly Row[] {
  return conversations
    .filter((conversation) => conversation['window_open'] === true)
    .map(({ customer, number, window_closes_at: closesAt }) => ({
      number,
      customer,
      last_spoken_at: Number(closesAt) - DAY_MS,
      window_closes_at: closesAt,
    }))
}

interface Turn {
  readonly kind: string
  readonly first: Message
  readonly messages: number
}

/** Who waited for whom: a broadcast answers nothing, and a time that is not known times nothing. */
export function expectResponses(messages: readonly Message[], personOf: PersonOf): readonly Row[] {
  const said = hearSaid(messages, personOf).filter(({ message }) => message?.status !== 'failed')
  return groupBy(said, ({ customer, number }) => [number, customer]).flatMap((group) => {
    const { customer, number } = firstOf(group)
    const turns = toTurns(group.flatMap(({ message }) => message ?? []).toSorted(byTime))
    return turns.map(({ first, kind, messages: size }, place) => {
      const answer = turns[place + 1]?.first
      const answeredAt = answer !== undefined && isTimed(answer) ? answer.started_at : null
      return {
        number,
        customer,
        responder: kind === 'inbound' ? 'business' : 'customer',
        day: dayOf(first.started_at, timeZoneOf(number)),
        time_zone: timeZoneOf(number),
        asked_at: first.started_at,
        asked_message_id: first.message_id,
        messages: size,
        category: first.category,
        answered_at: answeredAt,
        answer_message_id: answer?.message_id ?? '',
        response_ms: isTimed(first) && answeredAt !== null ? answeredAt - first.started_at : null,
      }
    })
  })
}

/** From the day of half of the messages on: earlier ones are there, and of the day before too. */
export function expectResponsesSince(messages: readonly Message[], personOf: PersonOf): Expected {
  const times = messages.map((message) => message.started_at).toSorted((a, b) => a - b)
  const since = dayOf(times[Math.floor(times.length / 2)] ?? 0)
  const sinceMs = Date.parse(since)
  const heard = messages.filter((message) => message.started_at >= sinceMs - DAY_MS)
  return {
    parameters: `since = '${since}'`,
    rows: expectResponses(heard, personOf).filter((row) => Number(row['asked_at']) >= sinceMs),
  }
}

function toTurns(messages: readonly Message[]): readonly Turn[] {
  const turns: Turn[] = []
  let lastSpoken = ''
  for (const message of messages) {
    const isBroadcast = message.category.startsWith('marketing') && message.in_reply_to === ''
    if (isBroadcast && lastSpoken === 'inbound') continue
    if (!isBroadcast) lastSpoken = message.direction
    const open = turns.at(-1)
    if (open?.kind === message.direction) {
      turns[turns.length - 1] = { ...open, messages: open.messages + 1 }
    } else {
      turns.push({ kind: message.direction, first: message, messages: 1 })
    }
  }
  return turns
}

const isTimed = ({ direction, message_at, sent_at }: Message): boolean =>
  (direction === 'inbound' ? message_at : sent_at) !== null

function byTime(a: Message, b: Message): number {
  return (
    a.started_at - b.started_at ||
    a.first_received_at - b.first_received_at ||
    (a.message_id < b.message_id ? -1 : 1)
  )
}
