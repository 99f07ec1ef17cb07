import {
  deliverySteps,
  type DerivedData,
  readActivity,
  readFailedHours,
  readOutOfBand,
  readReports,
  readSentHours,
  readUsualDeliveries,
} from '@wabastream/clickhouse'
import { OPEN_MS_MAX } from '../detectors/advance.ts'
import { judgeDelay } from '../detectors/delay.ts'
import { DAY_MS, type Hour, type Outage } from '../detectors/detection.ts'
import { judgeFailures } from '../detectors/failures.ts'
import { judgeLostStatuses } from '../detectors/lost-statuses.ts'
import { judgeOutOfBand } from '../detectors/out-of-band.ts'
import { reportFields } from '../detectors/report-meanings.ts'
import { judgeReports } from '../detectors/reports.ts'
import { judgeSilence } from '../detectors/silence.ts'
import { judgeStuck } from '../detectors/stuck.ts'
import { type Detector } from './detection-clock.ts'
import { readOutages } from './read-outages.ts'
import { rememberLast } from './remember-last.ts'

export interface Detectors {
  readonly detectors: readonly Detector[]
  /** Times in which nothing could reach us, of the days before that time and of the weeks. */
  readOutages(endMs: number): Promise<readonly Outage[]>
}

/** Each detector with the rows that it judges; of the data that is live when it reads. */
export function createDetectors(live: () => DerivedData): Detectors {
  const activityAt = rememberLast((_, { outages, startMs }: Hour) =>
    readActivity(live(), startMs, outages),
  )
  const outagesAt = rememberLast((endMs) => readOutages(live(), endMs))
  const usualAt = rememberLast((untilMs) => readUsualDeliveries(live(), untilMs))
  const judges: readonly Detector[] = [
    {
      name: 'silence',
      kinds: ['number_silent'],
      isPrompt: false,
      judge: async (hour, known) => judgeSilence(await activityAt(hour.endMs, hour), hour, known),
    },
    {
      name: 'lost_statuses',
      kinds: ['statuses_lost'],
      isPrompt: false,
      judge: async (hour, known) =>
        judgeLostStatuses(await activityAt(hour.endMs, hour), hour, known),
    },
    {
      name: 'delay',
      kinds: ['provider_behind'],
      isPrompt: false,
      judge: async (hour) => judgeDelay(await activityAt(hour.endMs, hour), hour),
    },
    {
      name: 'stuck',
      kinds: ['messages_stuck'],
      isPrompt: false,
      async judge(hour) {
        const usual = await usualAt(usualUntil(hour), hour)
        const sent = await readSentHours(live(), hour.endMs)
        return judgeStuck({ steps: deliverySteps, sent, usual }, hour)
      },
    },
    {
      name: 'failures',
      kinds: ['failures_rising'],
      isPrompt: false,
      async judge(hour) {
        const activity = await activityAt(hour.endMs, hour)
        return judgeFailures(await readFailedHours(live(), hour.startMs), activity, hour)
      },
    },
    {
      name: 'out_of_band',
      kinds: ['error_out_of_band'],
      isPrompt: true,
      judge: async (hour) => judgeOutOfBand(await readOutOfBand(live(), hour), hour),
    },
    {
      name: 'reports',
      kinds: ['number_flagged', 'number_limited', 'account_restricted', 'template_paused'],
      isPrompt: true,
      async judge(hour) {
        const weeks = { startMs: hour.endMs - OPEN_MS_MAX, endMs: hour.endMs }
        return judgeReports(await readReports(live(), weeks, reportFields), hour)
      },
    },
  ]
  return { detectors: judges, readOutages: (endMs) => outagesAt(endMs, undefined) }
}

/** What is usual is read once a day, and without the day before: that may be in trouble already. */
function usualUntil({ endMs }: Hour): number {
  return Math.floor(endMs / DAY_MS) * DAY_MS - DAY_MS
}
