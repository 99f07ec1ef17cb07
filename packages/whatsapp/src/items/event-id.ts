import { isLongNumber } from '../body/long-numbers.ts'

/** Hex digest (SHA-256) of a text. Passed in, so that translation depends on no runtime. */
export type HashText = (text: string) => string

const EVENT_ID_HEX_DIGITS = 32

/**
 * Two reports about a number with the same values are the same fact. Parts that a kind lacks are
 * empty.
 */
export interface FactIdentity {
  readonly kind: string
  readonly messageId: string
  readonly status: string
  readonly statusType: string
  readonly participant: string
  /** Provider's timestamp as it was given. */
  readonly time: unknown
}

/** 128 bits in hex over netstrings (lengths in UTF-16 units): the same for a retry of the fact. */
export function toEventId(number: string, fact: FactIdentity, hashText: HashText): string {
  const { kind, messageId, status, statusType, participant } = fact
  const time = toTimeText(fact.time)
  const text =
    `${number.length}:${number},${kind.length}:${kind},${messageId.length}:${messageId},` +
    `${status.length}:${status},${statusType.length}:${statusType},` +
    `${participant.length}:${participant},${time.length}:${time},`
  return hashText(text).slice(0, EVENT_ID_HEX_DIGITS)
}

function toTimeText(time: unknown): string {
  if (typeof time === 'string' || typeof time === 'number') return String(time)
  return isLongNumber(time) ? time.rawJSON : ''
}
