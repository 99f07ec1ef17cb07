import { type OutgoingRecord } from '../ports/record.ts'

/**
 * What a keyed, stateful step makes of an event. It is pure, so that the same log gives the same
 * outputs. A serde turns events and states into bytes; the loop does everything else.
 */
export interface StatefulProcessor<Event, State> {
  /**
   * Key of the state that the event changes. `likely` is the key of the event's record, which may
   * be the same text; nothing else may depend on it.
   */
  readonly keyOf: (event: Event, likely: string | null) => string
  readonly receivedAtOf: (event: Event) => number
  /** Which part of the origin the event comes from, numbered from 0: each is read in its order. */
  readonly sourceOf: (event: Event) => number
  /**
   * Applies one event to the state of its key, which is undefined if there is none or it has
   * expired. `expired` is the state that the event comes too late for, if it is still stored. It
   * may have been swept or not, so nothing that is judged may depend on it.
   */
  readonly process: (
    event: Event,
    previous: State | undefined,
    key: string,
    expired?: State,
  ) => Outcome<State>
  /**
   * Greatest receivedAt that went into the state: to an event later by more than the expiry, it is
   * absent.
   */
  readonly lastReceivedAtOf: (state: State) => number
}

export interface Outcome<State> {
  /** `previous` itself if nothing changed: then it is not written. */
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
