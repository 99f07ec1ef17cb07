/**
 * The common clock of the lanes of a process: what waits in any of them leaves together, because
 * the cost of an insert and of a commit depends little on what is in it.
 */
export interface Departures {
  /**
   * Calls `go` with the next departure, which is at the latest when something has waited for the
   * whole time since `sinceMs` (`performance.now()`). The result takes `go` back.
   */
  join(sinceMs: number, go: () => void): () => void
}

/** `gatherMs`: the longest that something waits for others. */
export function createDepartures(gatherMs: number): Departures {
  const waiting = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined
  let leavesAtMs = Number.POSITIVE_INFINITY

  function leave(): void {
    const leaving = [...waiting]
    stopWaiting()
    waiting.clear()
    for (const go of leaving) go()
  }

  function stopWaiting(): void {
    clearTimeout(timer)
    leavesAtMs = Number.POSITIVE_INFINITY
  }

  return {
    join(sinceMs, go) {
      const dueMs = sinceMs + gatherMs
      waiting.add(go)
      if (dueMs < leavesAtMs) {
        clearTimeout(timer)
        leavesAtMs = dueMs
        timer = setTimeout(leave, Math.max(0, dueMs - performance.now()))
      }
      return () => {
        waiting.delete(go)
        if (waiting.size === 0) stopWaiting()
      }
    },
  }
}
