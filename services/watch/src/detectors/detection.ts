/**
 * - `number_silent`: nothing comes any more from a number that is usually busy at this hour
 * - `statuses_lost`: far fewer statuses than usual at this hour, or one of them is missing
 * - `messages_stuck`: messages were sent, and are not delivered in the time that is usual
 * - `provider_behind`: webhooks come long after what they report
 * - `failures_rising`: one error code fails far more messages than usual at this hour
 * - `error_out_of_band`: the provider reported an error that is about no message
 * - `number_flagged`: its quality is low
 * - `number_limited`: it may write to fewer customers than before, or all numbers of its portfolio
 * - `account_restricted`: the account is restricted, disabled, or about to be
 * - `template_paused`: it is paused or disabled
 */
export const detectionKinds = [
  'number_silent',
  'statuses_lost',
  'messages_stuck',
  'provider_behind',
  'failures_rising',
  'error_out_of_band',
  'number_flagged',
  'number_limited',
  'account_restricted',
  'template_paused',
] as const
export type DetectionKind = (typeof detectionKinds)[number]

/** What is wrong, with whom. At any time at most one detection of it has not ended. */
export interface DetectionSubject {
  readonly kind: DetectionKind
  /** Phone number id; empty where it is about none that is known. */
  readonly number: string
  /** What of it: an error code, a status, a template, an account; empty for the whole number. */
  readonly subject: string
}

/** What the provider reports: its subject says which one it is, whatever number is known of it. */
const reportedKinds: ReadonlySet<DetectionKind> = new Set([
  'number_flagged',
  'number_limited',
  'account_restricted',
  'template_paused',
])

/** The same of what is about the same. */
export function keyOf({ kind, number, subject }: DetectionSubject): string {
  return JSON.stringify([kind, reportedKinds.has(kind) ? '' : number, subject])
}

export interface Finding extends DetectionSubject {
  readonly sinceMs: number
  /** For people, with the figures; nothing about a person, and no words of the provider. */
  readonly reason: string
  readonly figures: Readonly<Record<string, number>>
}

export interface Detection extends Finding {
  /** Null while it goes on. */
  readonly endedMs: number | null
}

/** A time in which no webhook could reach us: whose events came later, or never, is ours. */
export interface Outage {
  readonly fromMs: number
  readonly toMs: number
}

/** An hour that detectors look at, on our clock. */
export interface Hour {
  readonly startMs: number
  readonly endMs: number
  /** False while more of it can arrive. */
  readonly isComplete: boolean
  /**
   * Those of the days before its end, as far as there is a canary to tell them by, and those of the
   * hours that it is compared with.
   */
  readonly outages: readonly Outage[]
}

/** What a detector says of an hour. */
export interface Judged {
  readonly found: readonly Finding[]
  /** When a detection of this detector ended; null if it goes on, or nobody can tell. */
  readonly endOf: (detection: Detection) => number | null
}

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
export const WEEK_MS = 7 * DAY_MS

export function hourOf(startMs: number, outages: readonly Outage[] = []): Hour {
  return { startMs, endMs: startMs + HOUR_MS, isComplete: true, outages }
}

/** How many standard deviations of a count are no coincidence, over many numbers and years. */
export const DEVIATIONS = 6
