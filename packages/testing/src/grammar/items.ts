import fc, { type Arbitrary } from 'fast-check'

export type Item = Readonly<Record<string, unknown>>

const MESSAGES = 300
const PEOPLE = 40
const SECONDS_PER_HOUR = 3_600

/** From a small pool, so that items of different bodies are about the same message. */
const messageId = fc.nat(MESSAGES).map((index) => `wamid.GRAMMAR${index}=`)
const waId = fc.nat(PEOPLE).map((index) => `49151${String(index).padStart(7, '0')}`)
const userId = fc.nat(PEOPLE).map((index) => `DE.${String(index).padStart(12, '0')}`)

/** Text with everything that a keyboard has, and some of what it has not. */
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', 'null', '👍🏽', '\u0000', 'مرحبا', '"\\/\b\f\n\r\t', '{"a":1}'),
)

/** Members that nobody has announced, with any value. */
const surprises = fc.dictionary(
  fc.constantFrom('new_member', '__proto__', 'constructor', 'x-1', 'ünïcode'),
  fc.jsonValue({ maxDepth: 2 }),
  { maxKeys: 2 },
)

function timestampOf(nowSeconds: number): Arbitrary<unknown> {
  const recent = fc.nat(SECONDS_PER_HOUR).map((ago) => nowSeconds - ago)
  return fc.oneof(
    { weight: 12, arbitrary: recent.map(String) },
    { weight: 2, arbitrary: recent },
    fc.constantFrom('soon', '', '0', '-5', '99999999999', null),
  )
}

const people = fc.oneof(
  { weight: 6, arbitrary: fc.record({ from: waId }) },
  { weight: 2, arbitrary: fc.record({ from: waId, from_user_id: userId }) },
  fc.record({ from_user_id: userId }),
)

const contents: Arbitrary<Item> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('text'), text: fc.record({ body: text }) }),
  },
  fc.record({
    type: fc.constant('image'),
    image: fc.record({ id: text, mime_type: fc.constant('image/png'), caption: text }),
  }),
  fc.record({ type: fc.constantFrom('location', 'order', 'sticker', 'unsupported', 'system') }),
  fc.record({
    type: fc.constant('reaction'),
    reaction: fc.record({ message_id: messageId, emoji: fc.constantFrom('👍', '❤️', '') }),
  }),
  fc.record({
    type: fc.constant('edit'),
    edit: fc.record({
      original_message_id: messageId,
      message: fc.record({ type: fc.constant('text'), text: fc.record({ body: text }) }),
    }),
  }),
  fc.record({
    type: fc.constant('revoke'),
    revoke: fc.record({ original_message_id: messageId }),
  }),
  fc.record({ type: fc.constantFrom('hologram', 'poll', 'x') }),
)

const contexts = fc.option(fc.record({ context: fc.record({ id: messageId }) }), { nil: {} })

export function messageItem(nowSeconds: number): Arbitrary<Item> {
  return fc
    .tuple(
      surprises,
      fc.record({ id: messageId, timestamp: timestampOf(nowSeconds) }),
      people,
      contents,
      contexts,
    )
    .map((parts) => Object.assign({}, ...parts))
}

export const errorItem: Arbitrary<Item> = fc.record(
  {
    code: fc.constantFrom(131_026, 131_047, 130_429, 1, 999_999),
    title: text,
    message: text,
    error_data: fc.record({ details: text }),
  },
  { requiredKeys: ['code'] },
)

export function statusItem(nowSeconds: number): Arbitrary<Item> {
  return fc
    .tuple(
      surprises,
      fc.record({
        id: messageId,
        status: fc.oneof(
          {
            weight: 8,
            arbitrary: fc.constantFrom('sent', 'delivered', 'read', 'played', 'failed', 'warning'),
          },
          fc.constantFrom('in_transit', 'SENT', 'held_for_quality_assessment'),
        ),
        timestamp: timestampOf(nowSeconds),
        recipient_id: waId,
      }),
      fc.record(
        {
          errors: fc.array(errorItem, { maxLength: 2 }),
          biz_opaque_callback_data: text,
          recipient_type: fc.constant('group'),
          recipient_participant_id: waId,
        },
        { requiredKeys: [] },
      ),
    )
    .map((parts) => Object.assign({}, ...parts))
}
