import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { type AnyPanel, createDashboard } from '../panels/dashboard.ts'
import { type PanelSpec, promql, statPanel, timeSeriesPanel } from '../panels/panels.ts'
import { quantile, rate, rateBy, shareOver } from '../panels/queries.ts'
import { environmentVariable, inEnvironment, prometheusVariable } from '../panels/variables.ts'

const ACCEPTED = `${inEnvironment}, outcome=~"acked|spooled"`
const REFUSED =
  `${inEnvironment}, ` +
  'outcome=~"overloaded|kafka_unavailable|timed_out|refused_by_kafka|not_spooled"'
const ACK = { metric: 'wa_ingestor_ack_seconds', matchers: inEnvironment }
/** Of the tables that analysts ask: another sink may be slower. */
const ROW = {
  metric: 'wa_sink_ingest_to_row_seconds',
  matchers: `${inEnvironment}, service="clickhouse-sink"`,
}
/** Of the pipeline: destinations of a forwarder have a dashboard of their own. */
const LAG = `wa_kafka_consumer_lag_seconds{${inEnvironment}, group!~"forwarder[.].*"}`
const LETTERS = ['wa_decoder', 'wa_timeline', 'wa_sink'].map(
  (service) => `sum(increase(${service}_dead_letters_total{${inEnvironment}}[1h]))`,
)

/** Answers "is anything wrong?" on one screen. */
export function overviewDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-overview',
    title: 'wabastream: overview',
    description:
      'Is anything wrong? What comes in, how fast it is acknowledged, what waits, ' +
      'and whether anything is missing.',
    variables: [prometheusVariable(), environmentVariable()],
    rows: [
      { title: 'Is anything wrong?', panels: [...promises(), ...troubles()] },
      { title: 'The way of a webhook', panels: flow() },
    ],
  })
}

function promises(): readonly AnyPanel[] {
  return [
    statPanel({
      title: 'Accepted webhooks',
      description: 'Webhooks answered with 200, per second: in Kafka or in the spool.',
      unit: units.RequestsPerSecond,
      targets: [promql(`sum(${rate('wa_ingestor_requests_total', ACCEPTED)})`, 'accepted')],
    }),
    statPanel({
      title: 'Refused webhooks',
      description: 'Share that could not be made durable: the provider sends it again. 0 is right.',
      unit: units.PercentUnit,
      limits: { warning: 0.001, critical: 0.01 },
      targets: [
        promql(
          `sum(${rate('wa_ingestor_requests_total', REFUSED)})` +
            ` / sum(${rate('wa_ingestor_requests_total', inEnvironment)})`,
          'refused',
        ),
      ],
    }),
    statPanel({
      title: 'Median ack',
      description: 'Half of the webhooks are answered faster. Providers want at most 250 ms.',
      unit: units.Seconds,
      limits: { warning: 0.15, critical: 0.25 },
      targets: [promql(quantile(0.5, ACK), 'p50')],
    }),
    statPanel({
      title: 'p99 ack',
      description: 'One webhook in a hundred is answered later. Providers want at most 1 s.',
      unit: units.Seconds,
      limits: { warning: 0.5, critical: 1 },
      targets: [promql(quantile(0.99, ACK), 'p99')],
    }),
    statPanel({
      title: 'Acks over 1 s',
      description: 'Share of the webhooks that are answered later than 1 s. Providers allow 1 %.',
      unit: units.PercentUnit,
      limits: { warning: 0.005, critical: 0.01 },
      targets: [promql(shareOver('1|1.0', ACK.metric, ACK.matchers), 'over 1 s')],
    }),
    statPanel({
      title: 'Differences',
      description:
        'What differs between the webhooks accepted and the rows in ClickHouse. ' +
        'Anything but 0 is a loss or a doubling: `wabastream reconcile` names it.',
      unit: units.Short,
      limits: { critical: 1 },
      targets: [promql(`sum(wa_reconciliation_difference{${inEnvironment}})`, 'difference')],
    }),
  ]
}

const canary: readonly PanelSpec[] = [
  {
    title: 'Canary age',
    description:
      'Age of the newest webhook of the canary that has become a row. It sends one each ' +
      'minute, through HTTPS; after 5 min there is an alert: docs/runbooks/canary-old.md. ' +
      'No data: no canary runs.',
    unit: units.Seconds,
    limits: { warning: 150, critical: 300 },
    targets: [promql(`min(wa_canary_age_seconds{${inEnvironment}})`, 'age')],
  },
  {
    title: 'Canaries lost, last hour',
    description:
      'Webhooks of the canary that were refused, not answered, or became no row in time.',
    unit: units.Short,
    decimals: 0,
    limits: { warning: 1, critical: 5 },
    targets: [
      promql(
        'sum(increase(wa_canary_webhooks_total{' +
          `${inEnvironment}, outcome=~"refused|unanswered|lost"}[1h]))`,
        'lost',
      ),
    ],
  },
]

/** The row is full: each panel takes an eighth of it. */
function troubles(): readonly AnyPanel[] {
  const narrow = (spec: PanelSpec): AnyPanel => statPanel({ ...spec, width: 3 })
  const silent =
    'sum by (environment, channel) (increase(wa_ingestor_requests_total' +
    `{${ACCEPTED}}[1h])) < 1 and sum by (environment, channel) ` +
    `(increase(wa_ingestor_requests_total{${ACCEPTED}}[1h] offset 1d)) > 20`
  return [
    narrow({
      title: 'Longest lag',
      description:
        'Age of the oldest event that any stage still has to read. 0 when nothing waits.',
      unit: units.Seconds,
      limits: { warning: 300, critical: 1_800 },
      targets: [promql(`max(${LAG})`, 'lag')],
    }),
    narrow({
      title: 'Webhook to row, p99',
      description: 'From the acceptance of a webhook until its row can be queried.',
      unit: units.Seconds,
      limits: { warning: 30, critical: 300 },
      targets: [promql(quantile(0.99, ROW), 'p99')],
    }),
    ...canary.map(narrow),
    narrow({
      title: 'Dead letters, last hour',
      description:
        'What was accepted and could not be processed. It is kept, explained, and can ' +
        'be redriven: `wabastream dead-letters list`.',
      unit: units.Short,
      decimals: 0,
      limits: { warning: 1, critical: 100 },
      targets: [promql(LETTERS.join(' + '), 'dead letters')],
    }),
    narrow({
      title: 'Silent channels and numbers',
      description:
        'Channels and numbers with nothing for an hour that had traffic at this time yesterday.',
      unit: units.Short,
      limits: { warning: 1, critical: 3 },
      targets: [
        promql(`count(${silent}) or vector(0)`, 'channels'),
        promql(`sum(wa_sink_silent_numbers{${inEnvironment}})`, 'numbers'),
      ],
    }),
    narrow({
      title: 'Processes down',
      description: 'Processes that Prometheus cannot scrape, and those that run but are not ready.',
      unit: units.Short,
      limits: { critical: 1 },
      targets: [
        promql(`count(up{${inEnvironment}, job=~".*wabastream.*"} == 0) or vector(0)`, 'down'),
        promql(`count(wa_service_ready{${inEnvironment}} == 0) or vector(0)`, 'not ready'),
      ],
    }),
    narrow({
      title: 'Alerts',
      description: 'Alerts of wabastream that fire now. Each has a runbook in docs/runbooks.',
      unit: units.Short,
      limits: { critical: 1 },
      targets: [
        promql(
          'count(ALERTS{alertname=~"Wabastream.*", alertstate="firing"}) or vector(0)',
          'firing',
        ),
      ],
    }),
  ]
}

function flow(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Requests by outcome',
      description: 'acked and spooled got 200; everything else is not stored.',
      unit: units.RequestsPerSecond,
      targets: [
        promql(rateBy('outcome', 'wa_ingestor_requests_total', inEnvironment), '{{outcome}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Time to an ack',
      description: 'From the arrival of a webhook to its 200. Limits: median 250 ms, p99 1 s.',
      unit: units.Seconds,
      limits: { warning: 0.25, critical: 1 },
      targets: [promql(quantile(0.5, ACK), 'p50'), promql(quantile(0.99, ACK), 'p99')],
    }),
    timeSeriesPanel({
      title: 'Lag by reader',
      description: 'Age of the event that each reader has reached; 0 when nothing waits.',
      unit: units.Seconds,
      targets: [promql(`max by (group) (${LAG})`, '{{group}}')],
    }),
    timeSeriesPanel({
      title: 'Stages, p99',
      description: 'From the acceptance of a webhook to its events, its timeline and its rows.',
      unit: units.Seconds,
      targets: [
        promql(
          quantile(0.99, {
            metric: 'wa_decoder_stage_latency_seconds',
            matchers: `${inEnvironment}, stage="ingest_to_event"`,
          }),
          'event',
        ),
        promql(
          quantile(0.99, {
            metric: 'wa_timeline_ingest_to_timeline_seconds',
            matchers: inEnvironment,
          }),
          'timeline',
        ),
        promql(quantile(0.99, ROW), 'row'),
      ],
    }),
    timeSeriesPanel({
      title: 'Dead letters by reason',
      description: 'What could not be read, and why; 0 on each line is right.',
      unit: units.EventsPerSecond,
      targets: [
        promql(rateBy('reason', 'wa_decoder_dead_letters_total', inEnvironment), '{{reason}}'),
        promql(rateBy('reason', 'wa_sink_dead_letters_total', inEnvironment), 'sink: {{reason}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Compared',
      description:
        'Age of the last moment up to which everything accepted was compared with the rows. ' +
        'It grows while the sink is behind.',
      unit: units.Seconds,
      limits: { critical: 600 },
      targets: [promql(`max(wa_reconciliation_age_seconds{${inEnvironment}})`, 'age')],
    }),
  ]
}
