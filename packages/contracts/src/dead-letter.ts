import { type DeadLetter } from './generated/types.ts'
import { receivedAtHeader } from './received-at.ts'

type Place = 'itemIndex' | 'receiptId' | 'channel' | 'destination'

/**
 * What is known of something that could not be processed. Without an item it is about the whole
 * record.
 */
export type Failure = Omit<DeadLetter, Place | 'attempts' | 'firstSeenAt' | 'redrivenAt'> &
  Partial<Pick<DeadLetter, Place | 'attempts' | 'firstSeenAt'>>

const DETAIL_CHARACTERS_MAX = 1_000
/** Leaves room for the letter around it in a record of 4 MiB, which Kafka takes. */
const BODY_BYTES_MAX = 3_500_000

/** The letter of a first failure, open, in a size that a record can hold. */
export function toDeadLetter(failure: Failure): DeadLetter {
  const letter = {
    itemIndex: -1,
    receiptId: '',
    channel: '',
    destination: '',
    attempts: 1,
    firstSeenAt: null,
    redrivenAt: null,
    ...failure,
    detail: failure.detail.slice(0, DETAIL_CHARACTERS_MAX).toWellFormed(),
  }
  return toFittingLetter(letter, BODY_BYTES_MAX)
}

/** Cuts a body of more than `bytesMax`, and says so. The topic that it came from has all of it. */
export function toFittingLetter(letter: DeadLetter, bytesMax: number): DeadLetter {
  if (letter.body.length <= bytesMax) return letter
  const detail = `${letter.detail} (first ${bytesMax} of ${letter.body.length} bytes)`
  return { ...letter, detail, body: letter.body.subarray(0, bytesMax) }
}

/** The record that a letter is sent in. */
export function toDeadLetterRecord(
  letter: DeadLetter,
  codec: { encode(type: 'DeadLetter', letter: DeadLetter): Uint8Array },
) {
  const value = codec.encode('DeadLetter', letter)
  return { key: null, value, headers: receivedAtHeader(letter.receivedAt) }
}
