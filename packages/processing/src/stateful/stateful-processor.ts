import { type OutgoingRecord } from '../ports/record.ts'

/**
 * What a keyed, stateful step makes of an event: pure, so that the same log gives the same outputs.
 * How events and states are bytes is its serde's matter; the loop does everything else.
 */
export interface StatefulProcessor<Event, State> {
  /** Key of the state that the event changes. */
  readonly keyOf: (event: Event) => string
  readonly receivedAtOf: (event: Event) => number
  /** Which part of the origin the event comes from, numbered from 0: each is read in its order. */
  readonly sourceOf: (event: Event) => number
  /**
   * One event on the state of its key; undefined where there is none, or none any more. `expired`
   * is the state that the event comes too late for, where it is still stored: it may not be swept
   * yet, so what is judged of the outcome must not depend on it.
   */
  readonly process: (
    event: Event,
    previous: State | undefined,
    key: string,
    expired?: State,
  ) => Outcome<State>
  /** Greatest receivedAt that went into the state: later by more than the expiry, it is absent. */
  readonly lastReceivedAtOf: (state: State) => number
}

export interface Outcome<State> {
  /** The very `previous` when nothing changed: it is not written then. */
  readonly state: State
  readonly forwards: readonly Forward[]
  /** Words to count once the transaction is committed; a closed set. */
  readonly notes: readonly string[]
}

/** A record for the partition of the same number in another topic. */
export interface Forward {
  readonly topic: string
  readonly record: OutgoingRecord
}
