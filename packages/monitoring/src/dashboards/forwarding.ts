import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { type AnyPanel, createDashboard } from '../panels/dashboard.ts'
import { promql, statPanel, timeSeriesPanel } from '../panels/panels.ts'
import { processPanels } from '../panels/process-panels.ts'
import { quantile, rateBy } from '../panels/queries.ts'
import {
  destinationVariable,
  environmentVariable,
  instanceVariable,
  ofDestination,
  prometheusVariable,
} from '../panels/variables.ts'

const SERVICE = 'forwarder'
const MATCHERS = `${ofDestination}, instance=~"$instance"`
const byDestination = (metric: string) => ({
  metric: `wa_forwarder_${metric}`,
  matchers: MATCHERS,
  by: ['destination'],
})
const gauge = (name: string): string => `wa_forwarder_${name}{${MATCHERS}}`
const LEGEND = '{{destination}}'

/** Other applications: what they have acknowledged, and what waits for them. */
export function forwardingDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-forwarding',
    title: 'wabastream: forwarding',
    description:
      'Does every destination get its webhooks, how late, and what did it not accept? ' +
      'Empty where no forwarder runs.',
    variables: [
      prometheusVariable(),
      environmentVariable(),
      destinationVariable(),
      instanceVariable(SERVICE),
    ],
    rows: [
      { title: 'Is anything wrong?', panels: troubles() },
      { title: 'Destinations', panels: destinations() },
      { title: 'Requests', panels: requests() },
      { title: 'Process', panels: processPanels(SERVICE) },
    ],
  })
}

/** The row is full: each panel takes a sixth of it. */
function troubles(): readonly AnyPanel[] {
  const countOf = (series: string): string => `count(max by (destination) (${series})) or vector(0)`
  // A process that has nothing to send to it does not learn that it is back.
  const away = `${gauge('destination_away')} > 0 and ${gauge('pending_records')} > 0`
  return [
    statPanel({
      title: 'Longest lag',
      description:
        'Age of the oldest webhook that any destination has not acknowledged. ' +
        'After 15 min there is an alert: docs/runbooks/destination-behind.md.',
      unit: units.Seconds,
      limits: { warning: 300, critical: 900 },
      targets: [promql(`max(${gauge('lag_seconds')})`, 'lag')],
    }),
    statPanel({
      title: 'Pending',
      description: 'Webhooks that wait, counted once for each destination.',
      unit: units.Short,
      targets: [promql(`sum(${gauge('pending_records')})`, 'pending')],
    }),
    statPanel({
      title: 'Given up, last hour',
      description:
        'Webhooks that a destination did not accept: each is a dead letter. ' +
        '`wabastream dead-letters list --stage forwarder` names them.',
      unit: units.Short,
      decimals: 0,
      limits: { warning: 1, critical: 100 },
      targets: [
        promql(
          `sum(increase(wa_forwarder_webhooks_total{${MATCHERS}, outcome="refused"}[1h]))`,
          'given up',
        ),
      ],
    }),
    statPanel({
      title: 'Destinations away',
      description: 'Destinations that accept nothing; they are asked seldom until they do.',
      unit: units.Short,
      limits: { critical: 1 },
      targets: [promql(countOf(away), 'away')],
    }),
    statPanel({
      title: 'Destinations paused',
      description: 'Destinations that somebody has paused: nothing is sent until they are resumed.',
      unit: units.Short,
      limits: { warning: 1, critical: 1_000 },
      targets: [promql(countOf(`${gauge('destination_paused')} > 0`), 'paused')],
    }),
    statPanel({
      title: 'Differences',
      description:
        'What differs between the counts of a destination and its positions. Anything but 0 ' +
        'may be a webhook that was never handed on.',
      unit: units.Short,
      limits: { critical: 1 },
      targets: [promql(`sum(${gauge('reconciliation_difference')})`, 'difference')],
    }),
  ]
}

function destinations(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Lag by destination',
      description: 'Age of the oldest webhook that is not acknowledged; 0 when nothing waits.',
      unit: units.Seconds,
      limits: { critical: 900 },
      targets: [promql(`max by (destination) (${gauge('lag_seconds')})`, LEGEND)],
    }),
    timeSeriesPanel({
      title: 'Pending by destination',
      description: 'Webhooks that the destination is not done with.',
      unit: units.Short,
      targets: [promql(`sum by (destination) (${gauge('pending_records')})`, LEGEND)],
    }),
    timeSeriesPanel({
      title: 'Webhooks by what became of them',
      description:
        'acknowledged by the destination, refused (a dead letter), or unselected by its filter.',
      unit: units.EventsPerSecond,
      targets: [
        promql(
          rateBy('destination, outcome', 'wa_forwarder_webhooks_total', MATCHERS),
          `${LEGEND} {{outcome}}`,
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Receipt to acknowledgement',
      description: 'From the receipt of a webhook to the 2xx of the destination, p50 and p99.',
      unit: units.Seconds,
      targets: [
        promql(quantile(0.5, byDestination('delay_seconds')), `${LEGEND} p50`),
        promql(quantile(0.99, byDestination('delay_seconds')), `${LEGEND} p99`),
      ],
    }),
    timeSeriesPanel({
      title: 'Away and paused',
      description: '1 while a destination accepts nothing, or is paused.',
      unit: units.Short,
      targets: [
        promql(`max by (destination) (${gauge('destination_away')})`, `${LEGEND} away`),
        promql(`max by (destination) (${gauge('destination_paused')})`, `${LEGEND} paused`),
      ],
    }),
    timeSeriesPanel({
      title: 'Difference by destination',
      description: 'Offsets that counts and positions disagree about. 0 is right.',
      unit: units.Short,
      targets: [promql(`sum by (destination) (${gauge('reconciliation_difference')})`, LEGEND)],
    }),
  ]
}

function requests(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Requests by outcome',
      description:
        'All but acknowledged is tried again: failed is 5xx, refused 4xx about the webhook, ' +
        'misdirected about address or credentials; the others are requests without an answer.',
      unit: units.RequestsPerSecond,
      targets: [
        promql(
          rateBy('destination, outcome', 'wa_forwarder_requests_total', MATCHERS),
          `${LEGEND} {{outcome}}`,
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Time to an answer',
      description: 'From a request to the end of its answer, p50 and p99.',
      unit: units.Seconds,
      targets: [
        promql(quantile(0.5, byDestination('request_latency_seconds')), `${LEGEND} p50`),
        promql(quantile(0.99, byDestination('request_latency_seconds')), `${LEGEND} p99`),
      ],
    }),
    timeSeriesPanel({
      title: 'Requests under way',
      description: 'Requests at once, up to `parallel` of the destination for each process.',
      unit: units.Short,
      targets: [promql(`sum by (destination) (${gauge('in_flight_requests')})`, LEGEND)],
    }),
  ]
}
