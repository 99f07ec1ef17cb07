/** In a row, for somebody who looks for the reason of a 401. */
const CHECKS_AT_ONCE_MAX = 10
/** From then on, one in this time: guessing a secret of 8 characters takes longer than it lasts. */
const CHECK_INTERVAL_MS = 2_000

export interface CheckLimit {
  /** 0 when a check may run now; else how long to wait for the next. */
  waitMs(): number
}

/**
 * Lets few checks of credentials through, whoever asks. `now` in milliseconds, never going back.
 */
export function createCheckLimit(now: () => number): CheckLimit {
  let tokens = CHECKS_AT_ONCE_MAX
  let countedMs = now()
  return {
    waitMs() {
      const nowMs = now()
      tokens = Math.min(CHECKS_AT_ONCE_MAX, tokens + (nowMs - countedMs) / CHECK_INTERVAL_MS)
      countedMs = nowMs
      if (tokens < 1) return Math.ceil((1 - tokens) * CHECK_INTERVAL_MS)
      tokens -= 1
      return 0
    },
  }
}
