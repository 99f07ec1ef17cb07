/**
 * When the stages of the pipeline ask for records, in ms. All of them do so at the same intervals,
 * each somewhat after the one before: what has gathered for one stage passes the others without a
 * further wait. A backlog does not wait.
 */
export interface LatencyShares {
  /** From one fetch to the next. A record waits half of it in the mean. */
  readonly periodMs: number
  /** By how much later than the decoder a stage fetches. */
  readonly phaseMs: {
    readonly decoder: number
    readonly transaction: number
    readonly sink: number
  }
}

/**
 * Percent of the budget. The rest, and what lies between the phases, is for the work: of decoding,
 * of transactions, of inserts.
 */
const PERIOD = 45
const PHASES = { decoder: 0, transaction: 5, sink: 15 } as const

/** Splits the time from a webhook's arrival to its row, into whole milliseconds. */
export function splitLatencyBudget(budgetMs: number): LatencyShares {
  const share = (percent: number): number => Math.floor((budgetMs * percent) / 100)
  return {
    periodMs: share(PERIOD),
    phaseMs: {
      decoder: share(PHASES.decoder),
      transaction: share(PHASES.transaction),
      sink: share(PHASES.sink),
    },
  }
}
