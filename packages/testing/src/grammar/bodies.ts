import fc, { type Arbitrary } from 'fast-check'
import { errorItem, type Item, messageItem, statusItem } from './items.ts'

/** A body, and how much of it can be understood. */
export interface GrammarBody {
  /** A well-formed body may be odd, but every item has its rows; a broken one may be anything. */
  readonly kind: 'well-formed' | 'broken'
  readonly body: Buffer
}

export interface GrammarOptions {
  /** Number of well-formed bodies. */
  readonly number: string
  /** Number of bodies that were broken: what comes of them stays apart. */
  readonly brokenNumber: string
  readonly nowMs: number
}

const OTHER_FIELDS = [
  'account_update',
  'message_template_status_update',
  'phone_number_quality_update',
  'a_field_of_next_year',
]

/** Bodies of the Cloud API: what is documented, what is odd but readable, and what is broken. */
export function arbitraryBody(options: GrammarOptions): Arbitrary<GrammarBody> {
  const { brokenNumber, number } = options
  const nowSeconds = Math.floor(options.nowMs / 1_000)
  const good = envelope(number, nowSeconds).map((value): GrammarBody => ({
    kind: 'well-formed',
    body: toBytes(value),
  }))
  return fc.oneof(
    { weight: 3, arbitrary: good },
    { weight: 1, arbitrary: brokenBody(envelope(brokenNumber, nowSeconds)) },
  )
}

function toBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function messagesChange(number: string, nowSeconds: number): Arbitrary<Item> {
  const metadata = { display_phone_number: '15550783881', phone_number_id: number }
  return fc
    .record(
      {
        contacts: fc.array(
          fc.record({
            wa_id: fc.constant('491510000001'),
            profile: fc.record({ name: fc.string() }),
          }),
          { maxLength: 2 },
        ),
        messages: fc.array(messageItem(nowSeconds), { maxLength: 4 }),
        statuses: fc.array(statusItem(nowSeconds), { maxLength: 6 }),
        errors: fc.array(errorItem, { maxLength: 2 }),
      },
      { requiredKeys: [] },
    )
    .map((lists) => ({
      field: 'messages',
      value: { messaging_product: 'whatsapp', metadata, ...lists },
    }))
}

const otherChange: Arbitrary<Item> = fc.record({
  field: fc.constantFrom(...OTHER_FIELDS),
  value: fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
})

function envelope(number: string, nowSeconds: number): Arbitrary<Item> {
  const change = fc.oneof(
    { weight: 5, arbitrary: messagesChange(number, nowSeconds) },
    { weight: 1, arbitrary: otherChange },
  )
  const entry = fc.record(
    {
      id: fc.constant('102290129340398'),
      time: fc.constant(nowSeconds),
      changes: fc.array(change, { maxLength: 3 }),
    },
    { requiredKeys: ['id', 'changes'] },
  )
  return fc.record({
    object: fc.constant('whatsapp_business_account'),
    entry: fc.array(entry, { minLength: 1, maxLength: 3 }),
  })
}

function brokenBody(good: Arbitrary<Item>): Arbitrary<GrammarBody> {
  const bytes = fc.oneof(
    cutOrFlipped(good),
    withStranger(good),
    fc.jsonValue({ maxDepth: 3 }).map(toBytes),
    fc.uint8Array({ maxLength: 400 }).map((raw) => Buffer.from(raw)),
    fc.integer({ min: 50, max: 3_000 }).map((depth) => Buffer.from('['.repeat(depth))),
    fc
      .constantFrom('', ' ', 'null', '{}', '{"entry":{}}', '\uFEFF{}', '{"entry":[null,1]}')
      .map((json) => Buffer.from(json)),
  )
  return bytes.map((body) => ({ kind: 'broken', body }))
}

/** As after a broken connection, or a broken memory. */
function cutOrFlipped(good: Arbitrary<Item>): Arbitrary<Buffer> {
  return fc
    .tuple(good.map(toBytes), fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean())
    .map(([body, at, change, isCut]) => {
      const place = at % body.length
      if (isCut) return body.subarray(0, place)
      const flipped = Buffer.from(body)
      flipped[place] = (flipped[place] ?? 0) ^ change
      return flipped
    })
}

/** An item among good ones that is none, or has no id that can be one. */
function withStranger(good: Arbitrary<Item>): Arbitrary<Buffer> {
  const stranger = fc.oneof(
    fc.constantFrom(null, 5, 'item', [], {}),
    fc.record({ id: fc.constantFrom('', 5, null, [], {}), status: fc.jsonValue({ maxDepth: 1 }) }),
  )
  const list = fc.constantFrom('messages', 'statuses', 'errors')
  return fc
    .tuple(good, stranger, list)
    .map(([body, item, name]) =>
      Buffer.from(
        JSON.stringify(body, (key, value: unknown) =>
          key === name && Array.isArray(value) ? [...value, item] : value,
        ),
      ),
    )
}
