/** All records of the topic of read receipts lie in it, so that they are in one order. */
export const READ_RECEIPTS_PARTITION = 0

/** Somebody wants a message to be marked as read. */
export interface ReadRequest {
  readonly number: string
  readonly messageId: string
  /** Channel that the message came in by: its policy decides whether it may be marked. */
  readonly channel: string
  /** When the message was received (ms since 1970). */
  readonly receivedAt: number
  readonly requestedAt: number
  /** Where it lies in the raw topic. */
  readonly place: RequestedPlace
}

interface RequestedPlace {
  readonly partition: number
  readonly offset: number
  readonly itemIndex: number
  readonly receiptId: string
}

export const readRequestOutcomes = [
  'marked',
  'already_marked',
  'not_allowed',
  'unknown_number',
  'too_old',
  'too_many',
  'refused',
] as const
/**
 * - `marked`: the provider agreed
 * - `already_marked`: it had been marked before
 * - `not_allowed`: the policy of its channel is `never`
 * - `unknown_number`: the file of numbers has no key for it
 * - `too_old`: no provider marks it any more
 * - `too_many`: so many messages were due that the oldest were let go
 * - `refused`: by the provider, for good; there is a dead letter
 */
export type ReadRequestOutcome = (typeof readRequestOutcomes)[number]

/** What stands under the key of a request: that it was made, then what became of it. */
export type ReadRequestState =
  | { readonly state: 'requested'; readonly request: ReadRequest }
  | {
      readonly state: 'answered'
      readonly outcome: ReadRequestOutcome
      readonly answeredAt: number
    }

const KEY_BEGIN = '["request",'

export const isReadRequestKey = (key: string): boolean => key.startsWith(KEY_BEGIN)

export function readRequestKey({
  messageId,
  number,
}: Pick<ReadRequest, 'messageId' | 'number'>): string {
  return JSON.stringify(['request', number, messageId])
}

export function toReadRequestRecord(
  of: Pick<ReadRequest, 'messageId' | 'number'>,
  state: ReadRequestState,
) {
  return { key: readRequestKey(of), value: Buffer.from(JSON.stringify(state)) }
}

/** Null for what is none, such as the record of a later version. */
export function parseReadRequest(text: string): ReadRequestState | null {
  const given = toObject(parse(text))
  if (given['state'] === 'answered') {
    const outcome = readRequestOutcomes.find((one) => one === given['outcome'])
    const answeredAt = given['answeredAt']
    if (outcome === undefined || typeof answeredAt !== 'number') return null
    return { state: 'answered', outcome, answeredAt }
  }
  if (given['state'] !== 'requested') return null
  const { channel, messageId, number, place, receivedAt, requestedAt } = toObject(given['request'])
  const isWhole =
    typeof channel === 'string' &&
    typeof messageId === 'string' &&
    typeof number === 'string' &&
    typeof receivedAt === 'number' &&
    typeof requestedAt === 'number'
  const found = parsePlace(place)
  if (!isWhole || found === null) return null
  return {
    state: 'requested',
    request: { channel, messageId, number, place: found, receivedAt, requestedAt },
  }
}

function parsePlace(given: unknown): RequestedPlace | null {
  const { itemIndex, offset, partition, receiptId } = toObject(given)
  const isWhole =
    typeof itemIndex === 'number' &&
    typeof offset === 'number' &&
    typeof partition === 'number' &&
    typeof receiptId === 'string'
  return isWhole ? { itemIndex, offset, partition, receiptId } : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
