/** For how long what is read waits for others (ms). */
export interface GatherTimes {
  /** Rows that are asked for at once. */
  readonly promptMs: number
  /** The others; without it, as long as prompt rows. */
  readonly patientMs?: number
  /** If patient rows are due so soon after a departure, they leave with it; else `promptMs`. */
  readonly slackMs?: number
}

/** Prompt rows alone, or whatever there is. */
export type Departing = 'prompt' | 'all'

export interface Passenger {
  /** Since when something waits (`performance.now()`). */
  readonly sinceMs: number
  /** The same of its prompt rows; undefined if it has none. */
  readonly promptSinceMs: number | undefined
  readonly go: (departing: Departing) => void
}

/**
 * The common clock of the lanes of a process: what waits in any of them leaves together, because
 * the cost of an insert and of a commit depends little on what is in it.
 */
export interface Departures {
  /**
   * Calls `go` once, with a departure. One leaves when something has waited for its time, with all
   * prompt rows; if anything patient is due, or will be soon, with whatever there is. The result
   * takes the passenger back.
   */
  join(passenger: Passenger): () => void
}

export function createDepartures(times: GatherTimes): Departures {
  const { promptMs, patientMs = promptMs, slackMs = promptMs } = times
  const waiting = new Set<Passenger>()
  let timer: NodeJS.Timeout | undefined
  let leavesAtMs = Number.POSITIVE_INFINITY

  const dueMs = ({ promptSinceMs, sinceMs }: Passenger): number =>
    Math.min(sinceMs + patientMs, (promptSinceMs ?? Number.POSITIVE_INFINITY) + promptMs)

  function leave(): void {
    const nowMs = Math.max(performance.now(), leavesAtMs)
    const isForAll = [...waiting].some(({ sinceMs }) => sinceMs + patientMs <= nowMs + slackMs)
    const leaving = [...waiting].filter((one) => isForAll || one.promptSinceMs !== undefined)
    for (const passenger of leaving) waiting.delete(passenger)
    setTimer()
    for (const { go } of leaving) go(isForAll ? 'all' : 'prompt')
  }

  function setTimer(): void {
    const nextMs = Math.min(...[...waiting].map(dueMs))
    if (nextMs === leavesAtMs) return
    clearTimeout(timer)
    leavesAtMs = nextMs
    if (waiting.size > 0) timer = setTimeout(leave, Math.max(0, nextMs - performance.now()))
  }

  return {
    join(passenger) {
      waiting.add(passenger)
      setTimer()
      return () => {
        waiting.delete(passenger)
        setTimer()
      }
    },
  }
}
