import { someContent } from './contents.ts'
import {
  contactOf,
  type Customer,
  HOUR,
  type Json,
  named,
  type Scenario,
  type Scene,
  SECOND,
  seconds,
  tell,
  type Telling,
} from './story.ts'

const CATEGORIES = ['marketing', 'utility', 'authentication', 'service', 'marketing_lite']
const CODES = [131026, 131049, 131050, 131047, 999_001]

const FROM = { id: 'from', userId: 'from_user_id' }
const TO = { id: 'to', userId: 'to_user_id' }
const RECIPIENT = { id: 'recipient_id', userId: 'recipient_user_id' }

export function received(scene: Scene, customer: Customer, item: Json, atMs: number): Telling {
  const { place, random } = scene
  const contacts = random.chance(0.9) ? [contactOf(customer, random)] : []
  const sender = named(customer, random, FROM)
  const whole = { ...sender, timestamp: seconds(atMs), ...item }
  // A flat body names people by phone alone.
  return tell(scene, atMs, {
    list: 'messages',
    item: place.account === null ? { ...whole, from: customer.phone ?? '4930000' } : whole,
    contacts,
  })
}

export function echoed(scene: Scene, customer: Customer, item: Json, atMs: number): Telling {
  const { place, random } = scene
  return tell(scene, atMs, {
    list: 'message_echoes',
    item: {
      from: place.display.replaceAll(/\D/g, ''),
      ...named(customer, random, TO),
      timestamp: seconds(atMs),
      ...item,
    },
  })
}

export function reported(scene: Scene, customer: Customer, item: Json, atMs: number): Telling {
  const { random } = scene
  const contacts =
    customer.userId !== null && item['status'] !== 'failed' && random.chance(0.5)
      ? [contactOf(customer, random)]
      : []
  return tell(scene, atMs, {
    list: 'statuses',
    item: { ...named(customer, random, RECIPIENT), timestamp: seconds(atMs), ...item },
    contacts,
  })
}

export function failureOf(code: number, more: Json = {}): Json {
  return {
    status: 'failed',
    errors: [{ code, title: `error ${code}`, error_data: { details: 'Why' }, ...more }],
  }
}

/** What the business sent to one person, with its statuses, any of which may be lost. */
export const sent: Scenario = (scene) => {
  const { id, random, startMs } = scene
  const customer = random.pick(scene.customers)
  const category = random.pick(CATEGORIES)
  const fact = (item: Json, atMs: number): Telling =>
    reported(scene, customer, { id, ...bookkeeping(scene), ...item }, atMs)
  const deliveredMs = startMs + random.int(60) * SECOND
  // Now and then it is read before it is said to be delivered, or delivered before it is sent.
  const readMs = random.chance(0.1) ? startMs - SECOND : deliveredMs + random.int(3 * HOUR)
  const priced = (chance: number): Json =>
    random.chance(chance) ? { pricing: pricing(scene, category) } : {}
  if (random.chance(0.1)) {
    const code = random.pick(CODES)
    return [
      fact(failureOf(code), startMs),
      ...(random.chance(0.3) ? [fact(failureOf(code, { message: 'Again' }), startMs)] : []),
    ]
  }
  return random.some(
    [
      fact({ status: 'sent', ...priced(0.7), ...conversation(scene, category) }, startMs),
      fact({ status: 'delivered', ...priced(0.6) }, deliveredMs),
      ...(random.chance(0.1) ? [fact({ status: 'delivered' }, deliveredMs + SECOND)] : []),
      ...(random.chance(0.5) ? [fact({ status: 'read', ...priced(0.3) }, readMs)] : []),
      ...(random.chance(0.1) ? [fact({ status: 'played' }, readMs + SECOND)] : []),
      ...(random.chance(0.1) ? [fact(failureOf(random.pick(CODES)), deliveredMs)] : []),
      ...(random.chance(0.05) ? [fact({ status: 'warning' }, deliveredMs)] : []),
      ...(random.chance(0.05) ? [fact({ status: 'in_orbit' }, deliveredMs)] : []),
    ],
    0.85,
  )
}

function bookkeeping({ id, random }: Scene): Json {
  return random.chance(0.2) ? { biz_opaque_callback_data: `order ${id}` } : {}
}

function pricing({ random }: Scene, category: string): Json {
  const isMoved = random.chance(0.1)
  return {
    ...(random.chance(0.8) ? { billable: random.chance(0.7) } : {}),
    pricing_model: 'PMP',
    ...(random.chance(0.8) ? { type: random.pick(['regular', 'free_customer_service']) } : {}),
    category: isMoved ? 'utility' : category,
  }
}

function conversation({ id, random }: Scene, category: string): Json {
  if (random.chance(0.7)) return {}
  const type = random.pick([category, 'business_initiated', 'referral_conversion'])
  return { conversation: { id: `conversation ${id}`, origin: { type } } }
}

/** What a customer wrote; it may answer, come from an ad, be taken back, be reacted to. */
export const wrote: Scenario = (scene) => {
  const { id, random, startMs } = scene
  const customer = random.pick(scene.customers)
  const later = (): number => startMs + random.int(HOUR)
  const placeholder = { id, type: 'unsupported', unsupported: { type: 'image' } }
  return [
    ...(random.chance(0.1) ? [received(scene, customer, placeholder, startMs)] : []),
    received(scene, customer, { id, ...someContent(random), ...beside(scene) }, startMs),
    ...(random.chance(0.15) ? [received(scene, customer, changed(scene, 'edit'), later())] : []),
    ...(random.chance(0.1) ? [received(scene, customer, changed(scene, 'revoke'), later())] : []),
    ...(random.chance(0.05) ? [reported(scene, customer, { id, status: 'deleted' }, later())] : []),
    ...(random.chance(0.2) && scene.place.account !== null
      ? [echoed(scene, customer, reaction(scene, id, 'r'), later())]
      : []),
  ]
}

function beside({ id, random }: Scene): Json {
  const answered = id.replace(/\d+$/, (digits) => String(Math.max(0, Number(digits) - 1)))
  return {
    ...(random.chance(0.2) ? { context: { id: answered, from: '49' } } : {}),
    ...(random.chance(0.1)
      ? {
          referral: {
            source_type: 'ad',
            source_id: '120',
            source_url: 'https://example.com',
            headline: 'Ad',
            body: 'Buy',
            media_type: 'image',
            ctwa_clid: 'click',
          },
        }
      : {}),
  }
}

function changed({ id, random }: Scene, type: 'edit' | 'revoke'): Json {
  const message = { type: 'text', text: { body: `better ${random.int(9)}` } }
  const change = { original_message_id: id, ...(type === 'edit' ? { message } : {}) }
  return { id: `${id} ${type} ${random.int(2)}`, type, [type]: change }
}

export function reaction({ random }: Scene, target: string, suffix: string): Json {
  const emoji = random.pick(['👍', '🎉', '', null])
  return {
    id: `${target} ${suffix}${random.int(1000)}`,
    type: 'reaction',
    reaction: { message_id: target, ...(emoji === null ? {} : { emoji }) },
  }
}

/** What the business wrote in its phone app: usually no status follows. */
export const wroteByPhone: Scenario = (scene) => {
  const { id, random, startMs } = scene
  const customer = random.pick(scene.customers)
  const quoted = random.chance(0.3) ? { context: { id: `${id.slice(0, -1)}0` } } : {}
  return [
    echoed(scene, customer, { id, ...someContent(random), ...quoted }, startMs),
    ...(random.chance(0.3)
      ? [reported(scene, customer, { id, status: 'delivered' }, startMs + SECOND)]
      : []),
    ...(random.chance(0.5)
      ? [received(scene, customer, reaction(scene, id, 'c'), startMs + random.int(HOUR))]
      : []),
  ]
}
