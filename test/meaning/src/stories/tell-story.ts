import { called, erred, moved, optedOut, paid } from './accounts.ts'
import { decided } from './decisions.ts'
import { sentToGroup, wroteInGroup } from './groups.ts'
import { remembered } from './histories.ts'
import { sent, wrote, wroteByPhone } from './messages.ts'
import { inStandby, withNews } from './news.ts'
import { markedAsRead } from './marks.ts'
import { createRandom, type Random } from './random.ts'
import {
  type Customer,
  DAY,
  HOUR,
  type Json,
  MINUTE,
  type Place,
  type Scenario,
  type Telling,
} from './story.ts'

/** A webhook, as it comes. */
export interface Webhook {
  readonly body: Json
  readonly receivedAt: number
  /** Not the provider's: a record of what we did. */
  readonly isOwn?: true
}

const START_MS = Date.UTC(2026, 4, 29, 20)
const PLACES: readonly Place[] = [
  { account: '770000000000001', number: '106500000000001', display: '+49 30 1111111' },
  { account: '770000000000001', number: '106500000000002', display: '+49 30 2222222' },
  // Another account, in which the same ids mean other people and messages.
  { account: '770000000000002', number: '106500000000003', display: '+55 11 33333333' },
  {
    account: '770000000000003',
    number: '106500000000004',
    display: '+55 21 44444444',
    isPartners: true,
  },
]
const CUSTOMERS: readonly Customer[] = [
  person('4915100000001', null, null),
  person('4915100000002', 'DE.20002', null),
  person('5511900000003', 'BR.30003', 'BR.ENT.3'),
  person('12425550004', 'BS.40004', null),
  person('77010000005', null, null),
  person(null, 'US.60006', 'US.ENT.6'),
  person(null, 'IN.70007', null),
  person('919900000008', 'IN.80008', null),
  // Brazil's ninth digit: some systems write it, others do not.
  person('5521987650009', 'BR.90009', null, '552187650009'),
  person('5521987650010', null, null, '552187650010'),
]
const USUAL: readonly Scenario[] = [sent, sent, sent, wrote, wrote, wroteByPhone]
const OTHERS: readonly Scenario[] = [
  sentToGroup,
  wroteInGroup,
  remembered,
  called,
  optedOut,
  erred,
  paid,
  moved,
  decided,
  decided,
]
const FLAT: readonly Scenario[] = [sent, wrote]

function person(
  phone: string | null,
  userId: string | null,
  parentId: string | null,
  otherwise: string | null = null,
): Customer {
  const username = userId === null ? null : `user ${userId}`
  return { phone, userId, parentId, username, otherwise, name: `Name ${phone ?? userId}` }
}

/** A few days of webhooks in the order of their arrival; some of them come again, or in part. */
export function tellStory(
  seed: number,
  { scenes, flatNumber }: { readonly scenes: number; readonly flatNumber: string },
): readonly Webhook[] {
  const random = createRandom(seed)
  const flat = { account: null, number: flatNumber, display: '' }
  const tellings = Array.from({ length: scenes }, (_, index) => index).flatMap((index) => {
    const isFlat = random.chance(0.05)
    const scenario = random.pick(isFlat ? FLAT : random.chance(0.6) ? USUAL : OTHERS)
    const startMs = START_MS + random.int((3 * DAY) / 1000) * 1000
    const places = isFlat ? [flat] : random.chance(0.1) ? PLACES : [random.pick(PLACES)]
    return places.flatMap((place) =>
      scenario({ random, place, startMs, id: `wamid.${index}`, customers: CUSTOMERS }),
    )
  })
  const told = tellings.map((telling) => inStandby(withNews(telling, random), random))
  const webhooks = toWebhooks(withRepeats(told, random), random)
  return [...webhooks, ...markedAsRead(told, random)].toSorted(
    (a, b) => a.receivedAt - b.receivedAt,
  )
}

/** The provider tells again what it has told: soon, or on another day. */
function withRepeats(tellings: readonly Telling[], random: Random): readonly Telling[] {
  return tellings.flatMap((telling) => {
    if (!random.chance(0.12)) return [telling]
    const lateMs = random.chance(0.5) ? random.int(MINUTE) : HOUR + random.int(12 * HOUR)
    return [telling, { ...telling, atMs: telling.atMs + lateMs }]
  })
}

function toWebhooks(tellings: readonly Telling[], random: Random): readonly Webhook[] {
  const webhooks: Webhook[] = []
  let open: Telling[] = []
  const close = (): void => {
    const [last] = open.slice(-1)
    if (last !== undefined) webhooks.push({ body: toBody(open), receivedAt: last.atMs })
    open = []
  }
  for (const telling of tellings.toSorted((a, b) => a.atMs - b.atMs)) {
    if (!open.every((one) => isBesides(one, telling)) || random.chance(0.5)) close()
    open.push(telling)
  }
  close()
  // What came whole may come whole again.
  const again = webhooks
    .filter(() => random.chance(0.05))
    .map(({ body, receivedAt }) => ({ body, receivedAt: receivedAt + 5 * HOUR }))
  return [...webhooks, ...again].toSorted((a, b) => a.receivedAt - b.receivedAt)
}

/** Items of one number and of lists that stand side by side share a webhook. */
function isBesides(one: Telling, other: Telling): boolean {
  if (!('list' in one.said) || !('list' in other.said) || one.place !== other.place) return false
  return fieldOf(one) === fieldOf(other) && other.atMs - one.atMs < MINUTE
}

function fieldOf({ isStandby, said }: Telling): string {
  if (isStandby) return 'standby'
  if (!('list' in said)) return said.field
  return said.list === 'message_echoes' ? 'smb_message_echoes' : 'messages'
}

function toBody(tellings: readonly Telling[]): Json {
  const [first] = tellings
  if (first === undefined) throw new Error('a webhook says something')
  const { account, display, isPartners, number } = first.place
  const { said } = first
  if (account === null) return listsOf(tellings)
  const field = fieldOf(first)
  const time = 'time' in said ? { time: said.time } : {}
  const metadata = { display_phone_number: display, phone_number_id: number }
  const value =
    'list' in said
      ? { metadata, ...listsOf(tellings) }
      : { ...(isAboutAccount(said.field) ? {} : { metadata }), ...said.value }
  if (isPartners) {
    const data = { messaging_product: 'whatsapp', id: account, ...time, ...value }
    return { id: `event of ${account}`, event: field, data }
  }
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: account, ...time, changes: [{ field, value }] }],
  }
}

function isAboutAccount(field: string): boolean {
  return !['history', 'calls', 'user_preferences', 'user_id_update'].includes(field)
}

function listsOf(tellings: readonly Telling[]): Json {
  const lists: Record<string, Json[]> = {}
  for (const { said } of tellings) {
    if (!('list' in said)) continue
    ;(lists[said.list] ??= []).push(said.item)
    if (said.contacts?.length) (lists['contacts'] ??= []).push(...said.contacts)
  }
  return lists
}
