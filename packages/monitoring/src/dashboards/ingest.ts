import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { type AnyPanel, createDashboard } from '../panels/dashboard.ts'
import { promql, timeSeriesPanel } from '../panels/panels.ts'
import { processPanels } from '../panels/process-panels.ts'
import { quantile, rateBy, shareOver } from '../panels/queries.ts'
import {
  channelVariable,
  environmentVariable,
  instanceVariable,
  ofChannel,
  onInstance,
  prometheusVariable,
} from '../panels/variables.ts'

const REQUESTS = `${ofChannel}, instance=~"$instance"`
const ACK = { metric: 'wa_ingestor_ack_seconds', matchers: onInstance }

/** Receiving: from a request to its 200. */
export function ingestDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-ingest',
    title: 'wabastream: ingest',
    description:
      'From a request to its 200: what comes in, what is refused, and how long it takes.',
    variables: [
      prometheusVariable(),
      environmentVariable(),
      channelVariable(),
      instanceVariable('ingestor'),
    ],
    rows: [
      { title: 'Requests', panels: requests() },
      { title: 'Acknowledgement', panels: acknowledgement() },
      { title: 'Spool', panels: spool() },
      { title: 'Process', panels: [...processPanels('ingestor'), ...files()] },
    ],
  })
}

function requests(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Requests by outcome',
      description: 'acked and spooled got 200; everything else is not stored.',
      unit: units.RequestsPerSecond,
      targets: [promql(rateBy('outcome', 'wa_ingestor_requests_total', REQUESTS), '{{outcome}}')],
    }),
    timeSeriesPanel({
      title: 'Requests by channel',
      description:
        'All requests, by the channel in their path; a dash if there is no such channel.',
      unit: units.RequestsPerSecond,
      targets: [promql(rateBy('channel', 'wa_ingestor_requests_total', REQUESTS), '{{channel}}')],
    }),
    timeSeriesPanel({
      title: 'Wrong credentials by cause',
      description:
        'Requests answered with 401. Many on a real channel: a secret differs on both sides.',
      unit: units.RequestsPerSecond,
      targets: [
        promql(
          rateBy('channel, cause', 'wa_ingestor_rejections_total', REQUESTS),
          '{{channel}}: {{cause}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Requests in flight',
      description: 'Requests not yet answered, per instance. Beyond IN_FLIGHT_REQUESTS_MAX: 503.',
      unit: units.Short,
      targets: [
        promql(`sum by (instance) (wa_ingestor_in_flight_requests{${onInstance}})`, '{{instance}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Bytes in flight',
      description: 'Genuine bodies held until Kafka has them. Beyond IN_FLIGHT_BYTES_MAX: 503.',
      unit: units.BytesIEC,
      targets: [
        promql(`sum by (instance) (wa_ingestor_in_flight_bytes{${onInstance}})`, '{{instance}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Memory of strangers',
      description:
        'Bodies being read that nobody can vouch for yet. Beyond STRANGERS_BYTES_MAX the ' +
        'slowest are closed.',
      unit: units.BytesIEC,
      targets: [
        promql(`sum by (instance) (wa_ingestor_strangers_bytes{${onInstance}})`, '{{instance}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Connections closed',
      description:
        'Connections closed by problem: slow clients, broken requests, TLS, the limit ' +
        '(evicted: strangers that made room).',
      unit: units.EventsPerSecond,
      targets: [
        promql(
          rateBy('problem', 'wa_ingestor_connection_problems_total', onInstance),
          '{{problem}}',
        ),
      ],
    }),
  ]
}

function acknowledgement(): readonly AnyPanel[] {
  const produce = { metric: 'wa_ingestor_produce_seconds', matchers: onInstance }
  const records = { metric: 'wa_ingestor_produce_batch_records', matchers: onInstance }
  const bytes = { metric: 'wa_ingestor_produce_batch_bytes', matchers: onInstance }
  return [
    timeSeriesPanel({
      title: 'Time to an ack',
      description: 'From the arrival of a webhook to its 200. Limits: median 250 ms, p99 1 s.',
      unit: units.Seconds,
      limits: { warning: 0.25, critical: 1 },
      targets: [0.5, 0.9, 0.99].map((share) => promql(quantile(share, ACK), `p${share * 100}`)),
    }),
    timeSeriesPanel({
      title: 'Share over the limits',
      description: 'Providers allow half over 250 ms and one in a hundred over 1 s.',
      unit: units.PercentUnit,
      targets: [
        promql(shareOver('0.25', ACK.metric, ACK.matchers), 'over 250 ms'),
        promql(shareOver('1|1.0', ACK.metric, ACK.matchers), 'over 1 s'),
      ],
    }),
    timeSeriesPanel({
      title: 'Time of a produce request',
      description:
        "Kafka's share of the time to an ack, until all replicas in sync have the bytes.",
      unit: units.Seconds,
      targets: [promql(quantile(0.5, produce), 'p50'), promql(quantile(0.99, produce), 'p99')],
    }),
    timeSeriesPanel({
      title: 'Webhooks in a produce request',
      description: 'Requests that arrive while others are under way go together.',
      unit: units.Short,
      targets: [promql(quantile(0.5, records), 'p50'), promql(quantile(0.99, records), 'p99')],
    }),
    timeSeriesPanel({
      title: 'Bytes in a produce request',
      description: 'Bytes of the bodies; at most BATCH_BYTES_MAX.',
      unit: units.BytesIEC,
      targets: [promql(quantile(0.5, bytes), 'p50'), promql(quantile(0.99, bytes), 'p99')],
    }),
    timeSeriesPanel({
      title: 'Kafka available',
      description: 'Share of the ingestors that can make webhooks durable in Kafka. 1 is right.',
      unit: units.PercentUnit,
      targets: [promql(`avg(wa_ingestor_kafka_available{${onInstance}})`, 'available')],
    }),
  ]
}

/** If the spool is off, these panels are empty. */
function spool(): readonly AnyPanel[] {
  const gauge = (name: string): string => `wa_ingestor_spool_${name}{${onInstance}}`
  return [
    timeSeriesPanel({
      title: 'Spool, share of its limit',
      description:
        'From the high watermark (80 %) on, there is an alarm; when the spool is full, ' +
        'webhooks are refused.',
      unit: units.PercentUnit,
      limits: { warning: 0.5, critical: 0.8 },
      targets: [
        promql(`max by (instance) (${gauge('bytes')} / ${gauge('bytes_max')})`, '{{instance}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Oldest spooled webhook',
      description: 'Its age. While there is one, the instance must not be taken away.',
      unit: units.Seconds,
      targets: [promql(`max by (instance) (${gauge('oldest_age_seconds')})`, '{{instance}}')],
    }),
    timeSeriesPanel({
      title: 'Into and out of the spool',
      description: 'Webhooks made durable in the spool, and those moved on to Kafka.',
      unit: units.RequestsPerSecond,
      targets: [
        promql(rateBy('', 'wa_ingestor_spool_appended_total', onInstance), 'in'),
        promql(rateBy('', 'wa_ingestor_spool_drained_total', onInstance), 'out'),
      ],
    }),
    timeSeriesPanel({
      title: 'Disk of the spool',
      description: 'Free share of the disk that holds the spool.',
      unit: units.PercentUnit,
      targets: [
        promql(
          `min by (instance) (${gauge('disk_free_bytes')} / ${gauge('disk_size_bytes')})`,
          '{{instance}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Spool failures',
      description: 'Failures of the disk, by step. 0 is right.',
      unit: units.EventsPerSecond,
      targets: [
        promql(rateBy('cause', 'wa_ingestor_spool_failures_total', onInstance), '{{cause}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Files put aside',
      description: 'Spooled files that cannot be read or that Kafka refuses: look at each.',
      unit: units.Short,
      targets: [
        promql(
          `sum by (reason) (wa_ingestor_spool_quarantined_files_total{${onInstance}})`,
          '{{reason}}',
        ),
      ],
    }),
  ]
}

function files(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Certificate',
      description:
        'Time until the first certificate in use expires; nothing where the ingress has it.',
      unit: units.Seconds,
      targets: [
        promql(
          `min(wa_ingestor_certificate_expiry_timestamp_seconds{${onInstance}}) - time()`,
          'left',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Files not loaded',
      description:
        '1 while the channel file or the certificate on disk cannot be used, and what ' +
        'was there before is kept.',
      unit: units.Short,
      targets: [
        promql(`max by (what) (wa_ingestor_last_reload_failed{${onInstance}})`, '{{what}}'),
      ],
    }),
  ]
}
