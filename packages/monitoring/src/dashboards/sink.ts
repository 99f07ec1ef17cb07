import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { type AnyPanel, createDashboard } from '../panels/dashboard.ts'
import { promql, timeSeriesPanel } from '../panels/panels.ts'
import { processPanels } from '../panels/process-panels.ts'
import { quantile, rateBy } from '../panels/queries.ts'
import {
  environmentVariable,
  inEnvironment,
  instanceVariable,
  onInstance,
  prometheusVariable,
} from '../panels/variables.ts'

const SERVICE = 'clickhouse-sink'
const byTable = (metric: string) => ({ metric, matchers: onInstance, by: ['table'] })

/** From Kafka to rows, and whether all of them are there. */
export function sinkDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-sink',
    title: 'wabastream: ClickHouse sink',
    description: 'From Kafka to rows: how many, how fast, what fails, and whether all are there.',
    variables: [prometheusVariable(), environmentVariable(), instanceVariable(SERVICE)],
    rows: [
      { title: 'Rows', panels: rows() },
      { title: 'Trouble', panels: trouble() },
      { title: 'Reconciliation', panels: [...reconciliation(), liveGeneration()] },
      { title: 'Process', panels: processPanels(SERVICE) },
    ],
  })
}

function liveGeneration(): AnyPanel {
  return timeSeriesPanel({
    title: 'Live generation',
    description:
      '1 for the generation that the views show, 0 for a rebuild. Alerts on lag leave out ' +
      'those that are 0.',
    unit: units.Short,
    targets: [
      promql(`max by (generation) (wa_sink_generation_live{${onInstance}})`, '{{generation}}'),
    ],
  })
}

function rows(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Rows by table',
      description: 'Rows written. Rows that are written again count again.',
      unit: units.RowsPerSecond,
      targets: [promql(rateBy('table', 'wa_sink_batch_rows_sum', onInstance), '{{table}}')],
    }),
    timeSeriesPanel({
      title: 'Bytes by table',
      description: 'Bytes of the batches, before compression.',
      unit: units.BytesPerSecondIEC,
      targets: [promql(rateBy('table', 'wa_sink_batch_bytes_sum', onInstance), '{{table}}')],
    }),
    timeSeriesPanel({
      title: 'Webhook to row, p50',
      description: 'From the acceptance of a webhook until half of its rows can be queried.',
      unit: units.Seconds,
      targets: [promql(quantile(0.5, byTable('wa_sink_ingest_to_row_seconds')), '{{table}}')],
    }),
    timeSeriesPanel({
      title: 'Webhook to row, p99',
      description: 'From the acceptance of a webhook until nearly all rows can be queried.',
      unit: units.Seconds,
      targets: [promql(quantile(0.99, byTable('wa_sink_ingest_to_row_seconds')), '{{table}}')],
    }),
    timeSeriesPanel({
      title: 'Inserts by table',
      description: 'ClickHouse wants few large ones: a handful per second is plenty.',
      unit: units.RequestsPerSecond,
      targets: [
        promql(rateBy('table', 'wa_sink_insert_duration_seconds_count', onInstance), '{{table}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Time of an insert, p99',
      description: 'Time of the inserts that succeeded, by table.',
      unit: units.Seconds,
      targets: [promql(quantile(0.99, byTable('wa_sink_insert_duration_seconds')), '{{table}}')],
    }),
    timeSeriesPanel({
      title: 'Rows per batch, p50',
      description: 'Rows of one batch of a partition; at most BATCH_ROWS_MAX.',
      unit: units.Short,
      targets: [promql(quantile(0.5, byTable('wa_sink_batch_rows')), '{{table}}')],
    }),
    timeSeriesPanel({
      title: 'Headless timelines',
      description:
        'Timelines that began again: adopted an older row of ClickHouse, or kept their own.',
      unit: units.EventsPerSecond,
      targets: [
        promql(rateBy('outcome', 'wa_sink_headless_timelines_total', onInstance), '{{outcome}}'),
      ],
    }),
  ]
}

function trouble(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Failed inserts by cause',
      description:
        'unavailable is tried again, bad_rows are split, broken_schema waits for repair.',
      unit: units.EventsPerSecond,
      targets: [promql(rateBy('cause', 'wa_sink_insert_failures_total', onInstance), '{{cause}}')],
    }),
    timeSeriesPanel({
      title: 'Stopped tables',
      description:
        '1 while a table or a column that rows need is missing: a person has to repair it.',
      unit: units.Short,
      limits: { critical: 1 },
      targets: [promql(`max by (table) (wa_sink_stopped{${onInstance}})`, '{{table}}')],
    }),
    timeSeriesPanel({
      title: 'Sink dead letters',
      description: 'Records that cannot be read or that ClickHouse refuses, by reason.',
      unit: units.EventsPerSecond,
      targets: [
        promql(rateBy('reason', 'wa_sink_dead_letters_total', onInstance), '{{reason}}'),
        promql(rateBy('', 'wa_sink_dead_letters_without_row_total', onInstance), 'without a row'),
      ],
    }),
    timeSeriesPanel({
      title: 'Positions not committed',
      description: 'Committed again with the next batch; a few at a rebalance are normal.',
      unit: units.EventsPerSecond,
      targets: [promql(rateBy('', 'wa_sink_commit_failures_total', onInstance), 'failures')],
    }),
  ]
}

function reconciliation(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Differences by kind',
      description: 'missing_…: a loss; surplus_…: what should not be there. 0 is right.',
      unit: units.Short,
      limits: { critical: 1 },
      targets: [
        promql(`sum by (kind) (wa_reconciliation_difference{${inEnvironment}})`, '{{kind}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Compared',
      description: 'Age of the last moment up to which everything was compared.',
      unit: units.Seconds,
      limits: { critical: 600 },
      targets: [promql(`max(wa_reconciliation_age_seconds{${inEnvironment}})`, 'age')],
    }),
    timeSeriesPanel({
      title: 'Resent webhooks',
      description:
        'Raw records that repeat a receipt, after a doubtful acknowledgement of Kafka. ' +
        'They change nothing.',
      unit: units.Short,
      targets: [promql(`sum(wa_reconciliation_resent{${inEnvironment}})`, 'resent')],
    }),
  ]
}
