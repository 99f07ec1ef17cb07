import { type AlertCase } from '../alert-case.fixture.ts'

const AGE = 'wa_canary_age_seconds{environment="e", instance="i"}'

const SUCCESS = 'wa_canary_last_success_timestamp_seconds{environment="e", instance="i"}'

export const canaryCases: readonly AlertCase[] = [
  {
    alert: 'WabastreamCanaryOld',
    title: 'fires when the canary no longer arrives',
    series: { [AGE]: '0+60x20' },
    at: '10m',
    fires: [
      {
        labels: { environment: 'e', severity: 'critical' },
        summary: "the canary's last webhook that became a row is 10m 0s old",
      },
    ],
  },
  {
    alert: 'WabastreamCanaryOld',
    title: 'fires for a canary that starts over and over and gets nothing through',
    series: {
      [AGE]: '0+60x3 0+60x3 0+60x3 0+60x3 0+60x3',
      [SUCCESS]: '60x3 stale',
    },
    at: '14m',
    fires: [
      {
        labels: { environment: 'e', severity: 'critical' },
        summary: "the canary's last webhook that became a row is 13m 0s old",
      },
    ],
  },
  {
    alert: 'WabastreamCanaryOld',
    title: 'is quiet about a restart that gets through, and about a canary that is gone',
    series: {
      [AGE]: '60x20 0 60x20',
      [SUCCESS]: '0+60x20 stale 1260+60x20',
      [AGE.replace('"e"', '"gone"')]: '60x5 stale',
      [SUCCESS.replace('"e"', '"gone"')]: '60+60x5 stale',
    },
    at: '30m',
    fires: [],
  },
  {
    alert: 'WabastreamCanaryOld',
    title: 'is quiet while one of two canaries arrives, and where there is none',
    series: { [AGE]: '60x20', [AGE.replace('"i"', '"j"')]: '0+60x20' },
    at: '15m',
    fires: [],
  },
]
