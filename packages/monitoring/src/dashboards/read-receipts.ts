import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { type AnyPanel, createDashboard } from '../panels/dashboard.ts'
import { promql, statPanel, timeSeriesPanel } from '../panels/panels.ts'
import { processPanels } from '../panels/process-panels.ts'
import { quantile, rateBy } from '../panels/queries.ts'
import {
  aliasVariable,
  environmentVariable,
  inEnvironment,
  instanceVariable,
  prometheusVariable,
} from '../panels/variables.ts'

const SERVICE = 'read-receipts'
const OF_PROCESS = `${inEnvironment}, instance=~"$instance"`
const MATCHERS = `${OF_PROCESS}, alias=~"$alias"`
const gauge = (name: string): string => `wa_read_receipts_${name}{${MATCHERS}}`
const byAlias = (metric: string) => ({
  metric: `wa_read_receipts_${metric}`,
  matchers: MATCHERS,
  by: ['alias'],
})
const LEGEND = '{{alias}}'

/** How long customers' messages stay grey, and what the providers say. */
export function readReceiptsDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-read-receipts',
    title: 'wabastream: read receipts',
    description:
      "Are customers' messages marked as read, how late, and which are not? " +
      'Empty where the service read-receipts does not run.',
    variables: [
      prometheusVariable(),
      environmentVariable(),
      aliasVariable(),
      instanceVariable(SERVICE),
    ],
    rows: [
      { title: 'Is anything wrong?', panels: troubles() },
      { title: 'Messages', panels: messages() },
      { title: 'Process', panels: processPanels(SERVICE) },
    ],
  })
}

/** The row is full: each panel takes a quarter of it. */
function troubles(): readonly AnyPanel[] {
  return [
    statPanel({
      title: 'Longest lag',
      description:
        'Age of the oldest message that should be marked by now. ' +
        'After 15 min there is an alert: docs/runbooks/read-receipts-behind.md.',
      unit: units.Seconds,
      limits: { warning: 300, critical: 900 },
      targets: [promql(`max(${gauge('lag_seconds')})`, 'lag')],
    }),
    statPanel({
      title: 'Due',
      description: 'Messages that are to be marked now.',
      unit: units.Short,
      targets: [promql(`sum(${gauge('due_messages')})`, 'due')],
    }),
    statPanel({
      title: 'Given up, last hour',
      description:
        'Messages that stay grey: refused by the provider, too old or too many, or to a number ' +
        'without a key. ' +
        'docs/runbooks/read-receipts-refused.md says what to do.',
      unit: units.Short,
      decimals: 0,
      limits: { warning: 1, critical: 100 },
      targets: [
        promql(
          `sum(increase(wa_read_receipts_messages_total{${MATCHERS}, outcome!="marked"}[1h]))`,
          'given up',
        ),
      ],
    }),
    statPanel({
      title: 'Numbers away',
      description: 'Numbers whose provider does not mark at the moment; it is asked seldom.',
      unit: units.Short,
      limits: { critical: 1 },
      targets: [promql(`count(max by (alias) (${gauge('number_away')} > 0)) or vector(0)`, 'away')],
    }),
  ]
}

function messages(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Messages by what became of them',
      description:
        'marked, refused (a dead letter), expired, too many, not allowed any more, or to an ' +
        'unknown number.',
      unit: units.EventsPerSecond,
      targets: [
        promql(
          rateBy('alias, outcome', 'wa_read_receipts_messages_total', MATCHERS),
          `${LEGEND} {{outcome}}`,
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Receipt to mark',
      description: 'How long the ticks of a message that was marked had been grey, p50 and p95.',
      unit: units.Seconds,
      targets: [
        promql(quantile(0.5, byAlias('delay_seconds')), `${LEGEND} p50`),
        promql(quantile(0.95, byAlias('delay_seconds')), `${LEGEND} p95`),
      ],
    }),
    timeSeriesPanel({
      title: 'Due and waiting',
      description: 'Messages that are to be marked now, and that wait for an answer.',
      unit: units.Short,
      targets: [
        promql(`sum by (alias) (${gauge('due_messages')})`, `${LEGEND} due`),
        promql(`sum by (alias) (${gauge('waiting_messages')})`, `${LEGEND} waiting`),
      ],
    }),
    timeSeriesPanel({
      title: 'Requests by outcome',
      description: 'To the provider. What is not accepted is tried again, or is given up.',
      unit: units.RequestsPerSecond,
      targets: [
        promql(
          rateBy('alias, outcome', 'wa_read_receipts_requests_total', MATCHERS),
          `${LEGEND} {{outcome}}`,
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Latency of requests',
      description: 'From a request to the end of its answer, p50 and p99.',
      unit: units.Seconds,
      targets: [
        promql(quantile(0.5, byAlias('request_latency_seconds')), `${LEGEND} p50`),
        promql(quantile(0.99, byAlias('request_latency_seconds')), `${LEGEND} p99`),
      ],
    }),
    timeSeriesPanel({
      title: 'Away by number',
      description: '1 while the provider of a number does not mark.',
      unit: units.Short,
      targets: [promql(`max by (alias) (${gauge('number_away')})`, LEGEND)],
    }),
    timeSeriesPanel({
      title: 'Answers forgotten',
      description:
        'Answers to customers that were forgotten within the hour, because there were too many. ' +
        'A message that is read after its answer then waits for the next one.',
      unit: units.EventsPerSecond,
      targets: [
        promql(rateBy('', 'wa_read_receipts_answers_forgotten_total', OF_PROCESS), 'forgotten'),
      ],
    }),
  ]
}
