import { INTERNAL_CHANNEL } from '@wabastream/contracts'
import { type Destination } from '../destinations/destination.ts'
import { readBody } from './read-body.ts'

/**
 * The canary's webhooks are about nobody's message, and our own records are none of the provider's:
 * who wants either has to name the channel.
 */
const UNASKED: ReadonlySet<string | null> = new Set(['canary', INTERNAL_CHANNEL])

export interface Candidate {
  readonly channel: string | null
  /** Of the channel, where bodies are flat. */
  readonly configuredNumber: string | null
  readonly body: Uint8Array
}

/**
 * Whether a webhook goes to the destination, and if its order matters, the numbers that it is
 * about. Undefined if it is left out. One that can't be read goes to every destination of its
 * channel: a filter leaves out only what it knows.
 */
export type Select = (candidate: Candidate) => { readonly numbers: readonly string[] } | undefined

const NO_NUMBERS = { numbers: [] }

export function createSelect(
  destination: Pick<Destination, 'channels' | 'numbers' | 'fields' | 'order'>,
): Select {
  const { channels, fields, numbers, order } = destination
  const needsBody = numbers !== null || fields !== null || order === 'per_number'
  return function select({ body, channel, configuredNumber }) {
    const isOfChannel = channels === null ? !UNASKED.has(channel) : channels.has(channel ?? '')
    if (!isOfChannel) return undefined
    if (!needsBody) return NO_NUMBERS
    const facts = readBody(body, configuredNumber)
    if (facts === undefined) return NO_NUMBERS
    return hasOne(numbers, facts.numbers) && hasOne(fields, facts.fields) ? facts : undefined
  }
}

function hasOne(wanted: ReadonlySet<string> | null, given: Iterable<string>): boolean {
  return wanted === null || [...given].some((one) => wanted.has(one))
}
