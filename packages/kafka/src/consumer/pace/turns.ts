import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work on so many records takes some 50 ms. */
const TURN_RECORDS = 1_000

/**
 * Spreads the batches of an answer over turns of the event loop. The client hands them on all at
 * once, and in a backlog of many partitions, work that never waits would keep the loop for longer
 * than a session lasts.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve()
  #records = 0

  /** Resolves when a batch of so many records may be worked on; in the order of the calls. */
  async next(records: number): Promise<void> {
    this.#records += records
    if (this.#records > TURN_RECORDS) {
      this.#records = records
      this.#last = this.#last.then(() => nextTurn())
    }
    await this.#last
  }
}
