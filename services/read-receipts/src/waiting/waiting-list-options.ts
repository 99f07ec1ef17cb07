import { type OpenMessage } from './entry.ts'
import { type DueLimits } from './message-table.ts'

export interface WaitingListOptions extends DueLimits {
  /** Age (ms) from which on a message is not marked. */
  readonly withinMs: number
  /** Messages that wait for an answer; the oldest of more are let go. */
  readonly waitingMax: number
  /** Customers whose last answer is remembered. */
  readonly answersMax: number
  /** Messages that are done with and remembered. */
  readonly doneMax: number
}

/** What was let go. */
export interface Expired {
  /** Messages that are not marked any more. */
  readonly tooOld: readonly OpenMessage[]
  /** Messages of which too many waited. */
  readonly tooMany: readonly OpenMessage[]
  /** How many of a number were let go because too many were spilled. */
  readonly spilledTooMany: ReadonlyMap<string, number>
  /** Answers of which there were too many. */
  readonly answersForgotten: number
}
