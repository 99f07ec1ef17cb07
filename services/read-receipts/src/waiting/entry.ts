import { z } from 'zod'
import { type MessageName } from '../facts/facts.ts'

const placeSchema = z.object({
  partition: z.number(),
  offset: z.number(),
  itemIndex: z.number(),
  receiptId: z.string(),
})

const openSchema = z.object({
  /** `waiting` for an answer, or `due`. */
  state: z.enum(['waiting', 'due']),
  askedBy: z.enum(['on_receipt', 'on_reply', 'on_request']),
  channel: z.string(),
  contacts: z.array(z.string()).readonly(),
  /** When it was written (ms since 1970). */
  atMs: z.number(),
  receivedAt: z.number(),
  place: placeSchema,
})

const doneSchema = z.object({
  state: z.literal('done'),
  doneAtMs: z.number(),
  /** Given up, not marked: whoever asks for it lets it be tried again. */
  isRefused: z.boolean(),
})

const valueSchema = z.discriminatedUnion('state', [openSchema, doneSchema])

/** A message that is to be marked, or shall be once its sender is answered. */
export type OpenMessage = MessageName & z.output<typeof openSchema>
/** One that was marked, or given up: what the provider sends again is known by it. */
export type DoneMessage = MessageName & z.output<typeof doneSchema>
export type KnownMessage = OpenMessage | DoneMessage

const KEY_BEGIN = '["message",'
const keySchema = z.tuple([z.literal('message'), z.string(), z.string()])

export function messageKey({ messageId, number }: MessageName): string {
  return JSON.stringify(['message', number, messageId])
}

export function toStoredMessage(message: KnownMessage): Buffer {
  const { messageId: _, number: _number, ...value } = message
  return Buffer.from(JSON.stringify(value))
}

/** Undefined for the key of a record of another kind. */
export function parseMessageKey(key: string): MessageName | undefined {
  if (!key.startsWith(KEY_BEGIN)) return undefined
  const name = keySchema.safeParse(parseStored(key))
  if (!name.success) return undefined
  const [, number, messageId] = name.data
  return { number, messageId }
}

/** Undefined for a record of another kind, or of a later version. */
export function parseStoredMessage(key: string, value: string): KnownMessage | undefined {
  const name = parseMessageKey(key)
  if (name === undefined) return undefined
  const stored = valueSchema.safeParse(parseStored(value))
  return stored.success ? { ...name, ...stored.data } : undefined
}

/** Undefined for what is not JSON. */
export function parseStored(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
