import { type TimeProblem } from '@wabastream/contracts'

const EARLIEST_MS = Date.UTC(2009, 0, 1)
const DAY_MS = 86_400_000
const DIGIT_ZERO = 48

/**
 * Unix seconds (text or number) as milliseconds, or why they are not plausible. WhatsApp began in
 * 2009; nothing is reported more than a day before it happens.
 */
export function parseProviderTime(raw: unknown, receivedAt: number): number | TimeProblem {
  if (raw === undefined || raw === null || raw === '') return 'missing'
  const ms = toSeconds(raw) * 1000
  return Number.isNaN(ms) ? 'unparsable' : judge(ms, receivedAt)
}

/** The same of a time that we wrote: milliseconds, as a number. */
export function parseOwnTime(raw: unknown, receivedAt: number): number | TimeProblem {
  if (raw === undefined || raw === null) return 'missing'
  return Number.isSafeInteger(raw) ? judge(Number(raw), receivedAt) : 'unparsable'
}

function judge(ms: number, receivedAt: number): number | TimeProblem {
  if (ms < EARLIEST_MS) return 'too_early'
  return ms > receivedAt + DAY_MS ? 'too_late' : ms
}

/** Unix seconds as milliseconds if plausible; may be in the future. */
export function toFutureMs(raw: unknown): number | null {
  const ms = toSeconds(raw) * 1000
  return ms >= EARLIEST_MS && Number.isSafeInteger(ms) ? ms : null
}

/** NaN unless a whole number of seconds, written as JSON number or plain decimal text. */
function toSeconds(raw: unknown): number {
  if (typeof raw === 'number') return Number.isInteger(raw) ? raw : Number.NaN
  if (typeof raw !== 'string') return Number.NaN
  const start = raw.startsWith('-') ? 1 : 0
  if (raw.length === start) return Number.NaN
  let seconds = 0
  for (let index = start; index < raw.length; index += 1) {
    const digit = raw.charCodeAt(index) - DIGIT_ZERO
    if (digit < 0 || digit > 9) return Number.NaN
    seconds = seconds * 10 + digit
  }
  return start === 1 ? -seconds : seconds
}
