import { isObject } from '../body/json.ts'

/** A body of another version is refused whole, and read once a release knows it. */
const VERSION = 1

export const MARKED_READ = 'message_marked_read'

/** A message of a customer that we marked as read. */
export interface MarkedRead {
  /** Phone number id that it was sent to. */
  readonly number: string
  readonly messageId: string
  /** When the provider's answer came (ms since 1970, our clock). */
  readonly markedAt: number
  /** `on_receipt`, `on_reply` or `on_request`. */
  readonly askedBy: string
}

/** The body of a raw record about what we did. */
export function toOwnBody(marks: readonly MarkedRead[]): Uint8Array {
  const events = marks.map(({ askedBy, markedAt, messageId, number }) => ({
    type: MARKED_READ,
    number,
    message_id: messageId,
    marked_at: markedAt,
    asked_by: askedBy,
  }))
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, events }))
}

/** Gives every item of such a body, unchecked. Returns what is wrong with the body as a whole. */
export function walkOwnRecord(root: unknown, visit: (item: unknown) => void): string | null {
  if (!isObject(root)) return 'not a JSON object'
  const { events, version } = root
  if (version !== VERSION) return 'our own record, of a version that is not known here'
  if (!Array.isArray(events)) return 'our own record, without a list of events'
  for (const item of events) visit(item)
  return null
}
