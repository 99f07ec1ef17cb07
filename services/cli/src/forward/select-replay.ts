import { type Candidate, readBody, type Select } from '@wabastream/forwarding'

/** What of a range is sent again. */
export interface ReplayFilter {
  /** Id of a business number. */
  readonly number: string | undefined
  /** Id of a message, which the body has to name. */
  readonly message: string | undefined
}

/** Narrows what a destination selects. */
export function narrow(select: Select, { message, number }: ReplayFilter): Select {
  const spellings = message === undefined ? [] : spellingsOf(message)
  return function narrowed(candidate) {
    const selected = select(candidate)
    if (selected === undefined) return undefined
    if (spellings.length > 0 && !spellings.some((one) => bytesOf(candidate).includes(one))) {
      return undefined
    }
    if (number === undefined) return selected
    const facts = readBody(candidate.body, candidate.configuredNumber)
    return facts?.numbers.includes(number) === true ? selected : undefined
  }
}

/** As JSON may spell it: a provider may write each slash with a backslash before it. */
function spellingsOf(id: string): readonly string[] {
  return [`"${id}"`, `"${id.replaceAll('/', '\\/')}"`]
}

function bytesOf({ body }: Candidate): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
