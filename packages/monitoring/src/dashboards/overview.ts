import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { createDashboard } from '../dashboard.ts'
import { promql, statPanel, timeSeriesPanel } from '../panels.ts'
import { environmentVariable, inEnvironment, prometheusVariable } from '../variables.ts'

/** Is anything wrong? In one screen. */
export function overviewDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-overview',
    title: 'wabastream: overview',
    description: 'Is anything wrong? What comes in, how fast it is acknowledged, what waits, '
      + 'and whether anything is missing.',
    variables: [prometheusVariable(), environmentVariable()],
    rows: [
      {
        title: 'Is anything wrong?',
        panels: [
          statPanel({
            title: 'Accepted webhooks',
            description: 'Webhooks answered 200 per second: in Kafka, or in the spool.',
            unit: units.RequestsPerSecond,
            targets: [promql(
              `sum(rate(wa_ingestor_requests_total{${inEnvironment}, `
                + 'outcome=~"acked|spooled"}[$__rate_interval])) or vector(0)',
              'accepted',
            )],
          }),
          statPanel({
            title: 'Differences',
            description: 'What differs between the webhooks accepted and the rows in ClickHouse. '
              + 'Anything but 0 is a loss or a doubling: `wabastream reconcile` names it.',
            unit: units.Short,
            limits: { critical: 1 },
            targets: [promql(`sum(wa_reconciliation_difference{${inEnvironment}})`, 'difference')],
          }),
        ],
      },
      {
        title: 'Waiting',
        panels: [
          timeSeriesPanel({
            title: 'Lag by stage',
            description: 'Age of the event at which each reader stands; 0 when nothing waits.',
            unit: units.Seconds,
            width: 24,
            limits: { warning: 300, critical: 1_800 },
            targets: [promql(
              `max by (group) (wa_kafka_consumer_lag_seconds{${inEnvironment}})`, '{{group}}',
            )],
          }),
        ],
      },
    ],
  })
}
