/**
 * What became of one request.
 *
 * - `acknowledged`: 2xx, and the answer ended.
 * - `refused`: 4xx that is about this webhook.
 * - `misdirected`: a redirect, which is not followed, or 4xx that is about the configuration, such
 *   as a wrong path or password.
 * - `failed`: 5xx, or 4xx that asks to wait.
 * - `unreachable`: no whole answer.
 */
export type Answer =
  | { readonly kind: 'acknowledged' | 'refused' | 'misdirected'; readonly status: number }
  | {
      readonly kind: 'failed'
      readonly status: number
      /** What `Retry-After` asks for, in ms. */
      readonly retryAfterMs: number | null
    }
  | { readonly kind: 'unreachable'; readonly cause: UnreachableCause }

export const unreachableCauses = [
  'timeout',
  'connection',
  'tls',
  'broken_answer',
  'address_refused',
] as const
export type UnreachableCause = (typeof unreachableCauses)[number]

/** They say nothing about the webhook: method, path or credentials are wrong. */
const MISDIRECTED: ReadonlySet<number> = new Set([401, 403, 404, 405, 407, 410, 421])
/** Request timeout, too early, too many requests. */
const WAITING: ReadonlySet<number> = new Set([408, 425, 429])
/** One answer does not stop a destination for longer: it can say it again. */
const RETRY_AFTER_MS_MAX = 600_000

export function toAnswer(status: number, retryAfter: string | undefined, nowMs: number): Answer {
  if (status >= 200 && status < 300) return { kind: 'acknowledged', status }
  if (status < 400 || MISDIRECTED.has(status)) return { kind: 'misdirected', status }
  if (status < 500 && !WAITING.has(status)) return { kind: 'refused', status }
  return { kind: 'failed', status, retryAfterMs: parseRetryAfter(retryAfter, nowMs) }
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function parseRetryAfter(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null
  const trimmed = text.trim()
  const ms = /^\d+$/.test(trimmed) ? Number(trimmed) * 1_000 : Date.parse(trimmed) - nowMs
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), RETRY_AFTER_MS_MAX) : null
}

/** What a dead letter and a log line say of it. */
export function describeAnswer(answer: Answer): string {
  return answer.kind === 'unreachable' ? answer.cause : `status ${answer.status}`
}
