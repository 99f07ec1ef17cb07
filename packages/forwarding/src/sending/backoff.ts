const FIRST_MS = 500
const MAX_MS = 60_000

/**
 * Wait before the next try: twice as long each time, up to a minute, of which a random part is left
 * out so that not all come back at once. `random` is from 0 to 1.
 */
export function backoffMs(tries: number, random: number, maxMs = MAX_MS): number {
  const whole = Math.min(maxMs, FIRST_MS * 2 ** Math.min(tries - 1, 20))
  return whole * (0.5 + random / 2)
}
