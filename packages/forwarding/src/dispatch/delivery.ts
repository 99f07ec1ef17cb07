import { type OutgoingWebhook } from '../sending/request-headers.ts'
import { type Lane } from './lane.ts'

/** A webhook on its way to a destination. */
export interface Delivery {
  readonly lane: Lane
  readonly offset: number
  /** When it was received (ms since 1970). */
  readonly receivedAt: number
  readonly channel: string | null
  readonly webhook: OutgoingWebhook
  /** That it waits for, if order matters. */
  readonly numbers: readonly string[]
  /** When it was read, by the clock of the dispatcher. */
  readonly readAtMs: number
  tries: number
  /** Answers with 4xx. */
  refusals: number
  /** Failures since which the destination has accepted others. */
  failures: number
  /** How many others it had accepted at the last failure. */
  acceptedBefore: number
}
