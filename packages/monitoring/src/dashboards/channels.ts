import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { type AnyPanel, createDashboard } from '../panels/dashboard.ts'
import { promql, timeSeriesPanel } from '../panels/panels.ts'
import { rateBy } from '../panels/queries.ts'
import {
  channelVariable,
  environmentVariable,
  inEnvironment,
  ofChannel,
  prometheusVariable,
} from '../panels/variables.ts'

const ACCEPTED = `${ofChannel}, outcome=~"acked|spooled"`
const REQUESTS = 'wa_ingestor_requests_total'

/** Each channel by itself. */
export function channelsDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-channels',
    title: 'wabastream: channels',
    description: 'For each channel: does it deliver, is it accepted, and is all of it there?',
    variables: [prometheusVariable(), environmentVariable(), channelVariable()],
    from: 'now-6h',
    rows: [
      { title: 'Traffic', panels: traffic() },
      { title: 'Trust', panels: trust() },
      { title: 'Numbers', panels: numbers() },
    ],
  })
}

function traffic(): readonly AnyPanel[] {
  const anHour = `sum by (channel) (increase(${REQUESTS}{${ACCEPTED}}[1h]))`
  const yesterday = `sum by (channel) (increase(${REQUESTS}{${ACCEPTED}}[1h] offset 1d))`
  return [
    timeSeriesPanel({
      title: 'Accepted by channel',
      description: 'Webhooks answered with 200, per second.',
      unit: units.RequestsPerSecond,
      targets: [promql(rateBy('channel', REQUESTS, ACCEPTED), '{{channel}}')],
    }),
    timeSeriesPanel({
      title: 'Last hour and the same hour yesterday',
      description:
        'Webhooks accepted in an hour. A channel with nothing today and many yesterday is silent.',
      unit: units.Short,
      targets: [
        promql(anHour, '{{channel}} today'),
        promql(`${yesterday} or 0 * ${anHour}`, '{{channel}} yesterday'),
      ],
    }),
    timeSeriesPanel({
      title: 'Numbers',
      description:
        'Numbers with events in the last hour, and those with none that had 20 or more ' +
        'in the same hour yesterday.',
      unit: units.Short,
      targets: [
        promql(`sum(wa_sink_active_numbers{${inEnvironment}})`, 'active'),
        promql(`sum(wa_sink_silent_numbers{${inEnvironment}})`, 'silent'),
      ],
    }),
    timeSeriesPanel({
      title: 'Not accepted by outcome',
      description: 'What the provider has to send again, or may not send at all.',
      unit: units.RequestsPerSecond,
      targets: [
        promql(
          rateBy('channel, outcome', REQUESTS, `${ofChannel}, outcome!~"acked|spooled|handshake"`),
          '{{channel}}: {{outcome}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Differences by channel',
      description:
        'What differs between webhooks accepted and rows, where the channel is known. ' +
        '0 is right.',
      unit: units.Short,
      limits: { critical: 1 },
      targets: [
        promql(`sum by (channel) (wa_reconciliation_difference{${ofChannel}})`, '{{channel}}'),
      ],
    }),
  ]
}

/** What the service `watch` reports; empty where it does not run. */
function numbers(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Webhooks at the providers',
      description:
        'Numbers by the state of their webhook, as their providers say. Only ok is right: ' +
        'docs/runbooks/number-webhook.md. No data: no file of numbers.',
      unit: units.Short,
      targets: [
        promql(
          `sum by (state) (max by (number, state) (wa_watch_number_state{${inEnvironment}}))`,
          '{{state}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Detections',
      description:
        'What is wrong with numbers, accounts and templates now, by kind. The view ' +
        'wa.detections has each with its reason: docs/runbooks/detection.md.',
      unit: units.Short,
      targets: [promql(`max by (kind) (wa_watch_detections{${inEnvironment}})`, '{{kind}}')],
    }),
  ]
}

function trust(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Secrets in use',
      description:
        'Webhooks accepted, by the secret that matched. An old secret can go when its line is at 0.',
      unit: units.RequestsPerSecond,
      targets: [
        promql(
          rateBy('channel, strategy, key', 'wa_ingestor_key_uses_total', ofChannel),
          '{{channel}}: {{strategy}} {{key}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Share with a wrong credential',
      description:
        'Share of all requests to the channel. More than a few: a secret differs on both sides.',
      unit: units.PercentUnit,
      limits: { warning: 0.05, critical: 0.2 },
      targets: [
        promql(
          rateBy('channel', REQUESTS, `${ofChannel}, outcome="unauthorized"`) +
            ` / ${rateBy('channel', REQUESTS, ofChannel)}`,
          '{{channel}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Handshakes',
      description: 'Subscriptions that providers confirm; one when a webhook is set up.',
      unit: units.Short,
      targets: [
        promql(
          `sum by (channel) (increase(${REQUESTS}{${ofChannel}, outcome="handshake"}[1h]))`,
          '{{channel}}',
        ),
      ],
    }),
  ]
}
