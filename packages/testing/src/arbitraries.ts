import { eventSubjects, type MessageEvent } from '@wabastream/contracts'
import fc, { type Arbitrary } from 'fast-check'
import { anyEnvelope, eventFields, hex, type Identity, statusWords } from './event-fields.ts'
import { fieldsOf, isAboutMessage, toEvent } from './event-shape.ts'

/** Most traffic is statuses, and reactions contradict each other most often. */
const WEIGHTS: Partial<Readonly<Record<MessageEvent['type'], number>>> = {
  MessageStatusChanged: 6,
  MessageReacted: 2,
}

/** Events about one message, of any kind, with any value: one timeline is folded from them. */
export function arbitraryMessageEvent(messageId: string): Arbitrary<MessageEvent> {
  const kinds = Object.keys(eventSubjects).filter(isAboutMessage)
  return fc.oneof(
    ...kinds.map((type) => ({
      weight: WEIGHTS[type] ?? 1,
      arbitrary: anyOfType(type, messageId),
    })),
  )
}

function anyOfType(type: MessageEvent['type'], messageId: string): Arbitrary<MessageEvent> {
  const fields = fieldsOf(type)
  const identity: Readonly<Record<Identity, Arbitrary<unknown>>> = {
    envelope: anyEnvelope,
    messageId: fields.includes('targetMessageId') ? hex : fc.constant(messageId),
    targetMessageId: fc.constant(messageId),
    participant: fc.constant(''),
  }
  const words: Readonly<Record<string, readonly string[]>> = statusWords
  const pools = new Map<string, Arbitrary<unknown>>([
    ...Object.entries(eventFields).map(([field, { any }]) => [field, any] as const),
    ...Object.entries(identity),
    ['status', fc.constantFrom(...(words[type] ?? ['']))],
  ])
  const members = fields.map((field) => [field, poolOf(field, pools)] as const)
  return fc.record(Object.fromEntries(members)).map((data) => toEvent(type, data))
}

function poolOf(field: string, pools: ReadonlyMap<string, Arbitrary<unknown>>): Arbitrary<unknown> {
  const pool = pools.get(field)
  if (pool === undefined) throw new Error(`${field} has no values`)
  return pool
}
