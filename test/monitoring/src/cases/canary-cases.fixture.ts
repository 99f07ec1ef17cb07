import { type AlertCase } from '../alert-case.fixture.ts'

const AGE = 'wa_canary_age_seconds{environment="e", instance="i"}'

export const canaryCases: readonly AlertCase[] = [
  {
    alert: 'WabastreamCanaryOld',
    title: 'tells that the canary no longer arrives',
    series: { [AGE]: '0+60x20' },
    at: '10m',
    fires: [{
      labels: { environment: 'e', severity: 'critical' },
      summary: 'the last webhook of the canary that became a row is 10m 0s old',
    }],
  },
  {
    alert: 'WabastreamCanaryOld',
    title: 'is quiet while one of two canaries arrives, and where there is none',
    series: { [AGE]: '60x20', [AGE.replace('"i"', '"j"')]: '0+60x20' },
    at: '15m',
    fires: [],
  },
]
