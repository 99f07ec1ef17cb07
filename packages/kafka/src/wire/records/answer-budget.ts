/** What a fetch asked for, in bytes. The broker counts packed ones, which says little of memory. */
export interface AskedBytes {
  readonly ofPartition: number
  readonly ofAnswer: number
}

/**
 * So many bytes become of one that was asked for: batches shrink to a third or less. Who wants no
 * more than some bytes in memory asks for that part of them. Less would leave much of an answer to
 * be sent again.
 */
export const UNPACKED_PER_ASKED = 4

/** Of an answer to a question that nobody noted. */
const UNKNOWN_ASKED: AskedBytes = { ofPartition: 2 * 1024 * 1024, ofAnswer: 2 * 1024 * 1024 }

/**
 * What an answer may still take in memory once it is unpacked: some times what was asked for. What
 * is beyond is left to the next fetch, except for the first batch of each partition, so that every
 * one goes on.
 */
export class AnswerBudget {
  readonly #ofPartition: number
  #bytesLeft: number

  constructor(asked: AskedBytes) {
    this.#ofPartition = asked.ofPartition * UNPACKED_PER_ASKED
    this.#bytesLeft = asked.ofAnswer * UNPACKED_PER_ASKED
  }

  /** What the next partition may take. */
  get partitionBytes(): number {
    return Math.min(this.#ofPartition, this.#bytesLeft)
  }

  spend(bytes: number): void {
    this.#bytesLeft -= bytes
  }
}

const budgets = new WeakMap<Buffer, AnswerBudget>()

/** Notes what was asked for, until all partitions of the answer are read. */
export function noteAsked(answer: Buffer, asked: AskedBytes): void {
  budgets.set(answer, new AnswerBudget(asked))
}

/** The one budget that all partitions of the answer share. */
export function budgetOf(answer: Buffer): AnswerBudget {
  return budgets.get(answer) ?? new AnswerBudget(UNKNOWN_ASKED)
}
