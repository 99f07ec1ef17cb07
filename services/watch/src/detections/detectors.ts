import {
  type DerivedData,
  readActivity,
  readFailedHours,
  readOutOfBand,
  readReports,
  readSentHours,
} from '@wabastream/clickhouse'
import { judgeDelay } from '../detectors/delay.ts'
import { type Hour } from '../detectors/detection.ts'
import { judgeFailures } from '../detectors/failures.ts'
import { judgeLostStatuses } from '../detectors/lost-statuses.ts'
import { judgeOutOfBand } from '../detectors/out-of-band.ts'
import { judgeReports, reportFields } from '../detectors/reports.ts'
import { judgeSilence } from '../detectors/silence.ts'
import { judgeStuck } from '../detectors/stuck.ts'
import { type Detector } from './detection-clock.ts'

/** Three detectors judge the same rows, of hours that come one after the other. */
const ACTIVITY_MAX = 8

/** Each detector with the rows that it judges. */
export function createDetectors(data: DerivedData): readonly Detector[] {
  const readings = new Map<number, ReturnType<typeof readActivity>>()

  function activityOf({ startMs }: Hour): ReturnType<typeof readActivity> {
    const known = readings.get(startMs)
    if (known !== undefined) return known
    const reading = readActivity(data, startMs)
    readings.set(startMs, reading)
    reading.catch(() => readings.delete(startMs))
    for (const oldest of readings.keys()) {
      if (readings.size > ACTIVITY_MAX) readings.delete(oldest)
    }
    return reading
  }

  return [
    {
      name: 'silence',
      kinds: ['number_silent'],
      isPrompt: false,
      judge: async (hour) => judgeSilence(await activityOf(hour), hour),
    },
    {
      name: 'lost_statuses',
      kinds: ['statuses_lost'],
      isPrompt: false,
      judge: async (hour) => judgeLostStatuses(await activityOf(hour), hour),
    },
    {
      name: 'delay',
      kinds: ['provider_behind'],
      isPrompt: false,
      judge: async (hour) => judgeDelay(await activityOf(hour), hour),
    },
    {
      name: 'stuck',
      kinds: ['messages_stuck'],
      isPrompt: false,
      judge: async (hour) => judgeStuck(await readSentHours(data, hour.endMs), hour),
    },
    {
      name: 'failures',
      kinds: ['failures_rising'],
      isPrompt: false,
      judge: async (hour) => judgeFailures(await readFailedHours(data, hour.startMs), hour),
    },
    {
      name: 'out_of_band',
      kinds: ['error_out_of_band'],
      isPrompt: true,
      judge: async (hour) => judgeOutOfBand(await readOutOfBand(data, hour), hour),
    },
    {
      name: 'reports',
      kinds: ['number_flagged', 'number_limited', 'account_restricted', 'template_paused'],
      isPrompt: true,
      judge: async (hour) => judgeReports(await readReports(data, hour, reportFields), hour),
    },
  ]
}
