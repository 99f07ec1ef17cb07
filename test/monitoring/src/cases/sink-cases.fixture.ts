import { type AlertCase } from '../alert-case.fixture.ts'

const LABELS = 'environment="e", instance="i", table="errors"'
const STOPPED = `wa_sink_stopped{${LABELS}}`
const DONE = `wa_sink_insert_duration_seconds_count{${LABELS}}`
const failures = (cause: string): string =>
  `wa_sink_insert_failures_total{${LABELS}, cause="${cause}"}`

export const sinkCases: readonly AlertCase[] = [
  {
    alert: 'WabastreamSinkStopped',
    title: 'names the table that takes no rows',
    series: { [STOPPED]: '0 0 1x10' },
    at: '5m',
    fires: [
      {
        labels: { environment: 'e', table: 'errors', severity: 'critical' },
        summary: 'no row gets into errors',
      },
    ],
  },
  {
    alert: 'WabastreamSinkStopped',
    title: 'is quiet while rows get through',
    series: { [STOPPED]: '0x10' },
    at: '5m',
    fires: [],
  },
  {
    alert: 'WabastreamInsertsFailing',
    title: 'fires when ClickHouse takes nothing',
    series: { [failures('unavailable')]: '0x5 0+4x20', [DONE]: '0+60x5 300x20' },
    at: '20m',
    fires: [
      {
        labels: { environment: 'e', table: 'errors', severity: 'critical' },
        summary: 'all inserts into errors fail',
      },
    ],
  },
  {
    alert: 'WabastreamInsertsFailing',
    title: 'is quiet about failures that a repetition cures, and about bad rows',
    series: {
      [failures('unavailable')]: '0+4x25',
      [failures('bad_rows')]: '0+4x25',
      [DONE]: '0+60x25',
    },
    at: '20m',
    fires: [],
  },
]
