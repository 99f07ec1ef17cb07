/** So many records pack nearly as well as more would: they wait for no further company. */
const COMPANY_RECORDS = 64
/** So many bytes, too: as many as such records of 1 KiB with what a batch reserves for each. */
const COMPANY_BYTES = COMPANY_RECORDS * 3 * 1024
/** Least time between two batches of at least so many, which bounds the number of requests. */
const BUSY_SPACING_MS = 4
/**
 * No more company is to be expected after so long without any, nor after some of the gaps between
 * those that wait: perhaps all clients wait for their answer before they send again.
 */
const SILENCE_MS = 15
const SILENCE_GAPS = 4
/** A batch that is under way for longer does not delay the next one. */
const OVERLAP_AFTER_MS = 20

/** What waits for the next batch, and how the last one went. Times are of `performance.now()`. */
export interface WaitingBatch {
  readonly queue: readonly { readonly submittedAtMs: number }[]
  /** What a batch would reserve for all that wait. */
  readonly queuedBytes: number
  readonly lastSentAtMs: number
  readonly isOneUnderWay: boolean
}

/**
 * When the next batch is due: few records wait for company for `batchSpacingMs` after the last
 * batch, unless no more is to be expected (docs/decisions/0239).
 */
export function batchDueAtMs(
  waiting: WaitingBatch,
  limits: { readonly batchBytesMax: number; readonly batchSpacingMs: number },
): number {
  const { isOneUnderWay, lastSentAtMs, queue } = waiting
  const { batchSpacingMs } = limits
  const spacingMs = hasCompany(waiting, limits)
    ? Math.min(BUSY_SPACING_MS, batchSpacingMs)
    : batchSpacingMs
  const spacedAtMs = lastSentAtMs + spacingMs
  if (isOneUnderWay) return Math.max(spacedAtMs, lastSentAtMs + OVERLAP_AFTER_MS)
  return Math.min(spacedAtMs, silentAtMs(queue))
}

/** Or needs none, because one more could not go with what waits. */
function hasCompany(
  { queue, queuedBytes }: WaitingBatch,
  { batchBytesMax }: { readonly batchBytesMax: number },
): boolean {
  return queue.length >= COMPANY_RECORDS || queuedBytes >= Math.min(COMPANY_BYTES, batchBytesMax)
}

/** When those that wait will have waited in vain for more; never for one alone. */
function silentAtMs(queue: WaitingBatch['queue']): number {
  const [first, last] = [queue[0], queue.at(-1)]
  if (first === undefined || last === undefined || first === last) return Infinity
  const gapMs = (last.submittedAtMs - first.submittedAtMs) / (queue.length - 1)
  return last.submittedAtMs + Math.max(SILENCE_MS, SILENCE_GAPS * gapMs)
}
