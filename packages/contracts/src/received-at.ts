import { RECEIVED_AT_HEADER, rawHeaders, type RawOrigin } from './topics.ts'

/** Why the time of the append counts instead of a raw record's own received-at. */
export type ReceivedAtProblem = 'missing' | 'ahead' | 'behind'

/** What is needed of a record. */
export interface RawTimes {
  /** When the broker appended it (ms since 1970): `message.timestamp.type=LogAppendTime`. */
  readonly timestampMs: number
  headerText(name: string): string | null
}

/** Clocks of an ingestor and a broker differ by seconds. */
const AHEAD_MAX_MS = 5 * 60_000
/**
 * A webhook is appended within seconds. The bound is a week because former versions did not mark
 * records that came from a spool, and because a provider gives up on a webhook after a week.
 */
const BEHIND_MAX_MS = 7 * 86_400_000

const LATE_BY_INTENTION: ReadonlySet<string> = new Set<RawOrigin>(['spooled', 'imported'])

/**
 * When the webhook was received (ms since 1970), for all who read the raw topic. The ingestor's
 * clock counts as long as it agrees with the broker's; otherwise the time of the append counts, so
 * that no single clock moves anything. What was spooled or imported may be as old as it is.
 */
export function receivedAtOf(record: RawTimes): {
  readonly receivedAt: number
  readonly problem: ReceivedAtProblem | null
} {
  const receivedAt = parseReceivedAt(record.headerText(rawHeaders.receivedAt))
  if (receivedAt === undefined) return { receivedAt: record.timestampMs, problem: 'missing' }
  const problem = problemOf(record, receivedAt)
  return { receivedAt: problem === null ? receivedAt : record.timestampMs, problem }
}

/**
 * When the webhook that caused the record was received (ms since 1970), for all who read a topic
 * derived from the raw one: what the header says, or else the record's own time.
 */
export function carriedReceivedAt(record: RawTimes): number {
  return parseReceivedAt(record.headerText(RECEIVED_AT_HEADER)) ?? record.timestampMs
}

/** The header that carries it on. */
export function receivedAtHeader(receivedAtMs: number): Readonly<Record<string, string>> {
  return { [RECEIVED_AT_HEADER]: String(receivedAtMs) }
}

/** Milliseconds since 1970, in digits only; undefined for every other text. */
function parseReceivedAt(text: string | null): number | undefined {
  if (text === null || !DIGITS.test(text)) return undefined
  const receivedAt = Number(text)
  return Number.isSafeInteger(receivedAt) && receivedAt > 0 ? receivedAt : undefined
}

const DIGITS = /^\d+$/

function problemOf(record: RawTimes, receivedAt: number): ReceivedAtProblem | null {
  const sinceMs = record.timestampMs - receivedAt
  if (sinceMs < -AHEAD_MAX_MS) return 'ahead'
  const isLate = LATE_BY_INTENTION.has(record.headerText(rawHeaders.origin) ?? '')
  return sinceMs > BEHIND_MAX_MS && !isLate ? 'behind' : null
}
