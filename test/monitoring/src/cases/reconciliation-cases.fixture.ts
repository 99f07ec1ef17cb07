import { type AlertCase } from '../alert-case.fixture.ts'

const DIFFERENCE =
  'wa_reconciliation_difference{environment="e", kind="missing_event", channel="c"}'
const AGE = 'wa_reconciliation_age_seconds{environment="e"}'
const SINK = 'process_start_time_seconds{environment="e", service="clickhouse-sink", instance="i"}'
const REBUILD = 'wa_sink_generation_live{environment="e", instance="r", generation="2"}'
const REBUILD_AGE = 'wa_reconciliation_age_seconds{environment="e", instance="r"}'

export const reconciliationCases: readonly AlertCase[] = [
  {
    alert: 'WabastreamReconciliationDifference',
    title: 'fires for a difference that stays',
    series: { [DIFFERENCE]: '3x10' },
    at: '6m',
    fires: [
      {
        labels: { environment: 'e', kind: 'missing_event', channel: 'c', severity: 'critical' },
        summary: '3 missing_event of channel c',
      },
    ],
  },
  {
    alert: 'WabastreamReconciliationDifference',
    title: 'is quiet while nothing differs, and while a difference comes and goes',
    series: { [DIFFERENCE]: '0x5 1 1 0x10' },
    at: '10m',
    fires: [],
  },
  {
    alert: 'WabastreamReconciliationOld',
    title: 'fires when nothing was compared for long',
    series: { [AGE]: '601+60x10' },
    at: '2m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning' },
        summary: 'nothing has been compared for 12m 1s',
      },
    ],
  },
  {
    alert: 'WabastreamReconciliationOld',
    title: 'is quiet while what was compared is minutes old, however far a rebuild is',
    series: { [AGE]: '120x20', [REBUILD_AGE]: '86400x20', [REBUILD]: '0x20' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'WabastreamReconciliationAbsent',
    title: 'fires when nobody compares',
    series: { [SINK]: '1000x20', [AGE.replace('"e"', '"other"')]: '60x20' },
    at: '11m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning' },
        summary: 'no process compares what was accepted with the tables',
      },
    ],
  },
  {
    alert: 'WabastreamReconciliationAbsent',
    title: 'is quiet while somebody compares',
    series: { [SINK]: '1000x20', [AGE]: '60x20' },
    at: '15m',
    fires: [],
  },
]
