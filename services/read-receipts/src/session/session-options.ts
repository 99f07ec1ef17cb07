import { type ProviderError } from '@wabastream/provider'
import { type KeptLog } from '../keeping/kept-log.ts'
import { type NumberLane, type NumberLaneOptions } from '../marking/number-lane.ts'
import { type OwnLog } from '../marking/own-log.ts'
import { type PolicyOf } from '../policies/policy-file.ts'
import { type OpenMessage } from '../waiting/entry.ts'
import { type WaitingList } from '../waiting/waiting-list.ts'

/** What became of a message in the end. */
export const markOutcomes = [
  'marked',
  'refused',
  'expired',
  'too_many',
  'not_allowed',
  'unknown_number',
] as const
export type MarkOutcome = (typeof markOutcomes)[number]

export interface SessionOptions {
  readonly list: WaitingList
  readonly kept: Pick<KeptLog, 'load' | 'poll' | 'position' | 'scan' | 'write'>
  readonly own: Pick<OwnLog, 'append'>
  readonly policyOf: PolicyOf
  /** A lane for each number that there is a key for, by its id. */
  readonly openLanes: (
    handlers: Pick<NumberLaneOptions, 'isWanted' | 'onMarked' | 'onRefused'>,
  ) => ReadonlyMap<string, NumberLane>
  readonly sendLetter: (message: OpenMessage, error: ProviderError, tries: number) => Promise<void>
  readonly onOutcome: (message: { readonly number: string }, outcome: MarkOutcome) => void
  readonly onMarked: (message: OpenMessage, delayMs: number) => void
  /** Answers that were let go because there were too many. */
  readonly onAnswersForgotten: (count: number) => void
  readonly fail: (error: unknown) => void
  /** The process stood still: another one may have the partitions. */
  readonly isFrozen: () => boolean
  readonly now: () => number
}
