/** What a fetch brought of one partition. */
interface Brought {
  readonly fetchedOffset: string
  readonly nextOffset: number
  readonly committedEnd: number
}

/** When fetches are due: at these moments of the wall clock, in every process. */
export interface FetchTimes {
  /** From one to the next; 0 keeps none. */
  readonly spacingMs: number
  /** From a multiple of the spacing (since 1970) on. */
  readonly phaseMs: number
}

/**
 * Lets records gather at the broker: after an answer, the next fetch is asked for at the next
 * moment that is due. Processes that read what others write have the same spacing and a later
 * phase, so records wait once, and then pass one after the other. The broker would wait for bytes
 * as well, but on the connection that heartbeats and commits need, and could not be interrupted.
 * The first record after a quiet time does not wait, and neither does a backlog.
 */
export class FetchSpacing {
  readonly #times: FetchTimes
  readonly #signal: AbortSignal
  readonly #now: () => number
  #backlogAtMs = Number.NEGATIVE_INFINITY

  /** The signal ends all waits. */
  constructor(times: FetchTimes, signal: AbortSignal, now = Date.now) {
    this.#times = times
    this.#signal = signal
    this.#now = now
  }

  /**
   * Call it as soon as a fetch is answered, once for each partition. Then call the result when the
   * work on it is done: it resolves when the next fetch is due, or the partition has ended.
   */
  begin(
    { committedEnd, fetchedOffset, nextOffset }: Brought,
    ended: AbortSignal,
  ): () => Promise<void> {
    const { phaseMs, spacingMs } = this.#times
    const signal = this.#signal
    const answeredMs = this.#now()
    if (nextOffset < committedEnd) this.#backlogAtMs = answeredMs
    const isEmpty = nextOffset === Number(fetchedOffset)
    return async () => {
      // A clock that was set back must not make a backlog of hours.
      const isBacklog = Math.abs(answeredMs - this.#backlogAtMs) < spacingMs
      const leftMs = dueAfter(answeredMs, { phaseMs, spacingMs }) - this.#now()
      if (isEmpty || isBacklog || leftMs <= 0 || signal.aborted || ended.aborted) return
      // If the clock was set back, no longer than usual.
      await untilAborted([signal, ended], Math.min(leftMs, spacingMs))
    }
  }
}

function dueAfter(atMs: number, { phaseMs, spacingMs }: FetchTimes): number {
  return spacingMs === 0 ? atMs : atMs + spacingMs - ((atMs - phaseMs) % spacingMs)
}

/** For as long as that at most. `AbortSignal.any` would leave something in each signal. */
async function untilAborted(signals: readonly AbortSignal[], msMax: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, msMax)
    for (const signal of signals) signal.addEventListener('abort', wake)
  })
}
