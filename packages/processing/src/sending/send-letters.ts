import { type DeadLetter, toDeadLetterRecord, toFittingLetter } from '@wabastream/contracts'
import { type OutgoingRecord, type TopicPartition } from '../ports/record.ts'
import { sendApart } from './send-apart.ts'

export interface LetterEncoder {
  encode(type: 'DeadLetter', letter: DeadLetter): Uint8Array
}

export interface SendLettersOptions {
  readonly codec: LetterEncoder
  /** Resolves once the records are durable. Rejects with `records_refused` if one of them is. */
  readonly send: (target: TopicPartition, records: readonly OutgoingRecord[]) => Promise<unknown>
}

interface Encoded {
  readonly letter: DeadLetter
  readonly record: OutgoingRecord
}

/** All items of a webhook may be bad; at most this many are encoded at a time. */
const LETTERS_PER_SEND_MAX = 1_000
/** The broker refuses a send that is larger than a record may be. */
const SEND_BYTES_MAX = 1_000_000
/** What is kept of a body when Kafka refuses the dead letter itself. */
const REFUSED_BODY_BYTES_MAX = 64 * 1024

/**
 * Resolves once the letters are durable. They are in order, except those that Kafka refuses: these
 * follow with their bodies cut. Throws what `send` throws; some may be sent twice.
 */
export async function sendLetters(
  target: TopicPartition,
  letters: readonly DeadLetter[],
  { codec, send }: SendLettersOptions,
): Promise<void> {
  for (const some of inSends(letters, codec)) {
    const refused: DeadLetter[] = []
    await sendApart(some, {
      send: async (part) => {
        await send(
          target,
          part.map(({ record }) => record),
        )
      },
      refused: ({ letter }) => refused.push(letter),
    })
    for (const letter of refused) {
      const cut = toFittingLetter(letter, REFUSED_BODY_BYTES_MAX)
      await send(target, [toDeadLetterRecord(cut, codec)])
    }
  }
}

function* inSends(
  letters: readonly DeadLetter[],
  codec: LetterEncoder,
): Generator<readonly Encoded[]> {
  let open: Encoded[] = []
  let bytes = 0
  for (const letter of letters) {
    const record = toDeadLetterRecord(letter, codec)
    const size = record.value.length
    const isFull = open.length === LETTERS_PER_SEND_MAX || bytes + size > SEND_BYTES_MAX
    if (isFull && open.length > 0) {
      yield open
      open = []
      bytes = 0
    }
    open.push({ letter, record })
    bytes += size
  }
  if (open.length > 0) yield open
}
