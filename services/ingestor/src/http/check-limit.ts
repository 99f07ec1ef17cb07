/** Checks in a row, for somebody who looks for the reason of a 401. */
const CHECKS_AT_ONCE_MAX = 10
/**
 * After that, one check in this time: guessing a secret of 8 characters takes longer than the
 * secret lasts.
 */
const CHECK_INTERVAL_MS = 2_000

export interface CheckLimit {
  /** 0 if a check may run now; otherwise how long to wait for the next. */
  waitMs(): number
}

/** Allows few checks of credentials, whoever asks. `now` is in milliseconds and never goes back. */
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
