import { type ProviderKind } from '../options/provider-options.ts'

/** When a webhook that was not acknowledged is tried again, and for how long. */
export interface RetrySchedule {
  readonly firstDelayMs: number
  /** Each delay is this many times the one before. */
  readonly growth: number
  readonly delayMsMax: number
  /** A webhook that has failed and is older than this is given up. */
  readonly keepMs: number
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/**
 * How long they keep a webhook is documented: 7 days for the Cloud API and 360dialog, "typically 24
 * hours" on premises, where the delays are settings too, with these defaults. The delays of the
 * others are not documented beyond "decreasing frequency" and "exponential backoff".
 *
 * - https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 * - https://docs.360dialog.com/partner/messaging/receiving-messages-via-webhook
 * - https://developers.facebook.com/docs/whatsapp/api/webhooks
 * - https://developers.facebook.com/docs/whatsapp/api/settings/app
 */
export const retrySchedules: Readonly<Record<ProviderKind, RetrySchedule>> = {
  'cloud-api': { firstDelayMs: SECOND_MS, growth: 2, delayMsMax: 6 * HOUR_MS, keepMs: 7 * DAY_MS },
  '360dialog': { firstDelayMs: SECOND_MS, growth: 2, delayMsMax: HOUR_MS, keepMs: 7 * DAY_MS },
  'on-premises': {
    firstDelayMs: 3 * SECOND_MS,
    growth: 2,
    delayMsMax: 15 * MINUTE_MS,
    keepMs: DAY_MS,
  },
}

/** The same schedule, in which every wait takes a part of its time: 60 makes a minute a second. */
export function compressed(schedule: RetrySchedule, timeFactor: number): RetrySchedule {
  return {
    firstDelayMs: schedule.firstDelayMs / timeFactor,
    growth: schedule.growth,
    delayMsMax: schedule.delayMsMax / timeFactor,
    keepMs: schedule.keepMs / timeFactor,
  }
}

/** The wait after that many failed attempts, of which there has been at least one. */
export function delayAfterMs(schedule: RetrySchedule, attempts: number): number {
  return Math.min(schedule.delayMsMax, schedule.firstDelayMs * schedule.growth ** (attempts - 1))
}
