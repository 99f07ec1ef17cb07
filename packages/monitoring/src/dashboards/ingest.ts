import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { createDashboard } from '../dashboard.ts'
import { promql, timeSeriesPanel } from '../panels.ts'
import {
  channelVariable, environmentVariable, instanceVariable, ofChannel, onInstance,
  prometheusVariable,
} from '../variables.ts'

/** The way in: from a request to its 200. */
export function ingestDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-ingest',
    title: 'wabastream: ingest',
    description: 'From a request to its 200: what comes in, what is refused, and how long Kafka takes.',
    variables: [
      prometheusVariable(), environmentVariable(), channelVariable(), instanceVariable('ingestor'),
    ],
    rows: [
      {
        title: 'Requests',
        panels: [
          timeSeriesPanel({
            title: 'Requests by outcome',
            description: 'acked and spooled are answered 200; all else is not stored.',
            unit: units.RequestsPerSecond,
            targets: [promql(
              'sum by (outcome) (rate(wa_ingestor_requests_total'
                + `{${ofChannel}, instance=~"$instance"}[$__rate_interval]))`,
              '{{outcome}}',
            )],
          }),
          timeSeriesPanel({
            title: 'Bytes in flight',
            description: 'Bodies held until Kafka has them, per instance.',
            unit: units.BytesIEC,
            targets: [promql(
              `sum by (instance) (wa_ingestor_in_flight_bytes{${onInstance}})`, '{{instance}}',
            )],
          }),
        ],
      },
    ],
  })
}
