/** What a fetch brought of one partition. */
interface Brought {
  readonly fetchedOffset: string
  readonly nextOffset: number
  readonly committedEnd: number
}

/**
 * Lets records gather at the broker: the next fetch is asked for some time after the last one was
 * answered. The broker would wait for bytes as well, but on the connection that heartbeats and
 * commits need, and could not be interrupted. The first record after a quiet time does not wait,
 * and neither does a backlog.
 */
export class FetchSpacing {
  readonly #spacingMs: number
  readonly #signal: AbortSignal
  readonly #now: () => number
  #backlogAtMs = Number.NEGATIVE_INFINITY

  /** `spacingMs`: from one answer to the next request; 0 keeps none. The signal ends all waits. */
  constructor(spacingMs: number, signal: AbortSignal, now = () => performance.now()) {
    this.#spacingMs = spacingMs
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
    const spacingMs = this.#spacingMs
    const signal = this.#signal
    const answeredMs = this.#now()
    if (nextOffset < committedEnd) this.#backlogAtMs = answeredMs
    const isEmpty = nextOffset === Number(fetchedOffset)
    return async () => {
      const isBacklog = answeredMs - this.#backlogAtMs < spacingMs
      const leftMs = answeredMs + spacingMs - this.#now()
      if (isEmpty || isBacklog || leftMs <= 0 || signal.aborted || ended.aborted) return
      await untilAborted([signal, ended], leftMs)
    }
  }
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
