/**
 * The longest that each stage lets a record wait for others, in ms. It waits from the first record
 * of a batch on; a full batch and a backlog do not wait.
 */
export interface LatencyShares {
  /** Raw webhooks before they are decoded. */
  readonly decoderMs: number
  /** Events before their transaction. */
  readonly transactionMs: number
  /** Records before they are inserted as rows. */
  readonly sinkMs: number
}

/**
 * Percent of the budget. A stage has more the more its batches cost: an insert costs most, a
 * produce request least. The rest is for the work of all stages.
 */
const SHARES = { decoder: 12, transaction: 24, sink: 42 } as const

/**
 * Splits the time from a webhook's arrival to its row. Shares are whole milliseconds, and together
 * about three quarters of the budget.
 */
export function splitLatencyBudget(budgetMs: number): LatencyShares {
  const share = (percent: number): number => Math.max(1, Math.floor((budgetMs * percent) / 100))
  return {
    decoderMs: share(SHARES.decoder),
    transactionMs: share(SHARES.transaction),
    sinkMs: share(SHARES.sink),
  }
}
