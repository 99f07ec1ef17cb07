/** What came of a number within one hour, without what a history synchronisation brought. */
export interface HourActivity {
  readonly number: string
  readonly hourMs: number
  /** Events about messages of any kind. */
  readonly events: number
  readonly sent: number
  readonly delivered: number
  readonly read: number
  readonly failed: number
  /** Events with a time of the provider. */
  readonly timed: number
  /** Half of those came within this time after what they report; null without any. */
  readonly delayMs: number | null
}

const none = { events: 0, sent: 0, delivered: 0, read: 0, failed: 0, timed: 0, delayMs: null }

export function noActivity(number: string, hourMs: number): HourActivity {
  return { number, hourMs, ...none }
}

export function statusesOf({ delivered, failed, read, sent }: HourActivity): number {
  return sent + delivered + read + failed
}
