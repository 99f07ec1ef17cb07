import { type AlertCase } from '../alert-case.fixture.ts'

const stateOf = (number: string, state: string): string =>
  `wa_watch_number_state{environment="e", instance="i", number="${number}", state="${state}"}`
const detectionsOf = (kind: string): string =>
  `wa_watch_detections{environment="e", instance="i", kind="${kind}"}`
const ageOf = (detector: string): string =>
  `wa_watch_detector_age_seconds{environment="e", instance="i", detector="${detector}"}`
const failuresOf = (detector: string): string =>
  `wa_watch_detector_failures_total{environment="e", instance="i", detector="${detector}"}`

export const watchCases: readonly AlertCase[] = [
  ...['missing', 'foreign', 'key_invalid', 'not_subscribed'].map((state): AlertCase => ({
    alert: 'WabastreamNumberWebhook',
    title: `wakes somebody when a webhook is ${state}`,
    series: { [stateOf('shop', state)]: '0x5 1x30', [stateOf('shop', 'ok')]: '1x5 0x30' },
    at: '20m',
    fires: [
      {
        labels: { environment: 'e', severity: 'critical', number: 'shop', state },
        summary: `the webhook of shop is ${state}`,
      },
    ],
  })),
  ...['inherited', 'unreachable'].map((state): AlertCase => ({
    alert: 'WabastreamNumberWebhook',
    title: `reports in working hours that a webhook is ${state}`,
    series: { [stateOf('shop', state)]: '1x60' },
    at: '40m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning', number: 'shop', state },
        summary: `the webhook of shop is ${state}`,
      },
    ],
  })),
  {
    alert: 'WabastreamNumberWebhook',
    title: 'is quiet about webhooks that are as they should be, and about a moment',
    series: {
      [stateOf('shop', 'ok')]: '1x60',
      [stateOf('shop', 'missing')]: '0x60',
      [stateOf('desk', 'key_invalid')]: '0x30 1x5 0x30',
      [stateOf('desk', 'unreachable')]: '0x30 1x20 0x30',
    },
    at: '52m',
    fires: [],
  },
  {
    alert: 'WabastreamDetection',
    title: 'fires for each kind that goes on, and not for others',
    series: {
      [detectionsOf('number_silent')]: '0x5 2x20',
      [detectionsOf('messages_stuck')]: '0x25',
      [detectionsOf('template_paused')]: '1x5 0x20',
    },
    at: '10m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning', kind: 'number_silent' },
        summary: 'number_silent: 2 now',
      },
    ],
  },
  {
    alert: 'WabastreamDetection',
    title: 'is quiet while nothing goes on',
    series: { [detectionsOf('number_silent')]: '0x20' },
    at: '15m',
    fires: [],
  },
  {
    alert: 'WabastreamDetectorFailing',
    title: 'fires when a detector fails more often than not',
    series: { [failuresOf('stuck')]: '0+0.2x120', [failuresOf('reports')]: '0x120' },
    at: '90m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning', detector: 'stuck' },
        summary: 'the detector stuck failed 12 times in an hour',
      },
    ],
  },
  {
    alert: 'WabastreamDetectorFailing',
    title: 'is quiet about a restart of ClickHouse',
    series: { [failuresOf('stuck')]: '0x30 0+1x3 3x90' },
    at: '60m',
    fires: [],
  },
  {
    alert: 'WabastreamDetectorBehind',
    title: 'fires when a detector has looked at nothing for hours, though it does not fail',
    series: {
      [ageOf('stuck')]: '7200+60x300',
      [ageOf('reports')]: '0x300',
      [failuresOf('stuck')]: '0x300',
    },
    at: '240m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning', detector: 'stuck' },
        summary: 'the detector stuck has looked at nothing for 6h 0m 0s',
      },
    ],
  },
  {
    alert: 'WabastreamDetectorBehind',
    title: 'is quiet about a start, which looks at the last hours again',
    series: { [ageOf('stuck')]: '0x5 172800x65 5400x60' },
    at: '65m',
    fires: [],
  },
]
