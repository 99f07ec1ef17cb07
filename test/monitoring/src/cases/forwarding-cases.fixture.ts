import { type AlertCase } from '../alert-case.fixture.ts'

const labels = (severity: string) => ({ environment: 'e', destination: 'crm', severity })
const of = (metric: string, others = ''): string =>
  `wa_forwarder_${metric}{environment="e", job="j", instance="i", destination="crm"${others}}`
const onOther = (series: string): string => series.replace('"i"', '"other"')

const LAG = of('lag_seconds')
const PENDING = of('pending_records')
const AWAY = of('destination_away')
const PAUSED = of('destination_paused')
const DIFFERENCE = of('reconciliation_difference')
const GIVEN_UP = of('webhooks_total', ', outcome="refused"')
const ACKNOWLEDGED = of('webhooks_total', ', outcome="acknowledged"')

export const forwardingCases: readonly AlertCase[] = [
  {
    alert: 'WabastreamDestinationBehind',
    title: 'fires when the oldest webhook waits for long, in whichever process',
    series: { [LAG]: '5x30', [onOther(LAG)]: '1200x30', [PAUSED]: '0x30' },
    at: '10m',
    fires: [{ labels: labels('warning'), summary: 'crm is 20m 0s behind' }],
  },
  {
    alert: 'WabastreamDestinationBehind',
    title: 'is quiet about ten minutes, and about a short peak',
    series: { [LAG]: '600x10 1000x3 5x20', [PAUSED]: '0x40' },
    at: '13m',
    fires: [],
  },
  {
    alert: 'WabastreamDestinationBehind',
    title: 'is quiet while the destination is paused',
    series: { [LAG]: '9000x30', [PAUSED]: '1x30' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'WabastreamDestinationAway',
    title: 'fires when a destination accepts nothing for ten minutes',
    series: { [AWAY]: '0x5 1x20', [PENDING]: '7x30', [PAUSED]: '0x30' },
    at: '17m',
    fires: [{ labels: labels('warning'), summary: 'crm accepts nothing' }],
  },
  {
    alert: 'WabastreamDestinationAway',
    title: 'is quiet about five minutes',
    series: { [AWAY]: '1x5 0x30', [PENDING]: '7x40', [PAUSED]: '0x40' },
    at: '15m',
    fires: [],
  },
  {
    alert: 'WabastreamDestinationAway',
    title: 'is quiet about a process that has nothing to send any more',
    series: {
      [AWAY]: '1x30',
      [PENDING]: '7x5 0x30',
      [onOther(AWAY)]: '0x30',
      [onOther(PENDING)]: '3x30',
    },
    at: '20m',
    fires: [],
  },
  {
    alert: 'WabastreamDestinationAway',
    title: 'is quiet while the destination is paused',
    series: { [AWAY]: '1x30', [PENDING]: '7x30', [PAUSED]: '1x30' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'WabastreamWebhooksGivenUp',
    title: 'fires for webhooks that became dead letters',
    series: { [GIVEN_UP]: '0x30 6x30', [ACKNOWLEDGED]: '0+60x60' },
    at: '60m',
    fires: [{ labels: labels('warning'), summary: 'crm did not accept 6 webhooks' }],
  },
  {
    alert: 'WabastreamWebhooksGivenUp',
    title: 'is quiet while all are acknowledged, and about a restart',
    series: { [GIVEN_UP]: '0x60', [onOther(GIVEN_UP)]: '9x20 0x40', [ACKNOWLEDGED]: '0+60x60' },
    at: '50m',
    fires: [],
  },
  {
    alert: 'WabastreamForwardingDifference',
    title: 'fires when counts and positions disagree',
    series: { [DIFFERENCE]: '0x5 3x10', [onOther(DIFFERENCE)]: '0x15' },
    at: '10m',
    fires: [{ labels: labels('critical'), summary: 'counts and positions of crm differ by 3' }],
  },
  {
    alert: 'WabastreamForwardingDifference',
    title: 'is quiet while they agree',
    series: { [DIFFERENCE]: '0x20', [onOther(DIFFERENCE)]: '0x20' },
    at: '15m',
    fires: [],
  },
  {
    alert: 'WabastreamDestinationPaused',
    title: 'fires for a pause of more than a day, across restarts',
    every: '10m',
    series: { [PAUSED]: '1x60 stale', [onOther(PAUSED)]: '_x59 1x120' },
    at: '25h',
    fires: [{ labels: labels('warning'), summary: 'crm has been paused for more than a day' }],
  },
  {
    alert: 'WabastreamDestinationPaused',
    title: 'is quiet about a night, and about one that was resumed',
    every: '10m',
    series: { [PAUSED]: '0x60 1x60 0x120' },
    at: '25h',
    fires: [],
  },
]
