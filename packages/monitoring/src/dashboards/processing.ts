import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { servicesOf } from '@wabastream/contracts'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { type AnyPanel, createDashboard } from '../panels/dashboard.ts'
import { promql, timeSeriesPanel } from '../panels/panels.ts'
import { processPanels } from '../panels/process-panels.ts'
import { quantile, rateBy } from '../panels/queries.ts'
import {
  environmentVariable,
  instanceVariable,
  onInstance,
  prometheusVariable,
} from '../panels/variables.ts'

const SERVICES = servicesOf('decoder', 'processor').join('|')

/** From raw bytes to events, and from events to timelines. */
export function processingDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-processing',
    title: 'wabastream: processing',
    description:
      'Decoder and timeline processor: what they make of the webhooks, how long it ' +
      'takes, and what they cannot read.',
    variables: [prometheusVariable(), environmentVariable(), instanceVariable(SERVICES)],
    rows: [
      { title: 'Decoder', panels: decoder() },
      { title: 'Timelines', panels: timelines() },
      { title: 'Transactions and state', panels: [...transactions(), ...state()] },
      { title: 'Processes', panels: processPanels(SERVICES) },
    ],
  })
}

function decoder(): readonly AnyPanel[] {
  const stage = { metric: 'wa_decoder_stage_latency_seconds', matchers: onInstance, by: ['stage'] }
  const batch = { metric: 'wa_decoder_batch_seconds', matchers: onInstance }
  return [
    timeSeriesPanel({
      title: 'Webhooks by verdict',
      description: 'decoded and empty are whole; partial and undecodable have dead letters.',
      unit: units.RequestsPerSecond,
      targets: [promql(rateBy('verdict', 'wa_decoder_webhooks_total', onInstance), '{{verdict}}')],
    }),
    timeSeriesPanel({
      title: 'Events by type',
      description: 'What was in the webhooks. Events that are reported again count again.',
      unit: units.EventsPerSecond,
      targets: [promql(rateBy('type', 'wa_decoder_events_total', onInstance), '{{type}}')],
    }),
    timeSeriesPanel({
      title: 'Decoder dead letters',
      description: 'What could not be read, by reason. Each is kept with its bytes.',
      unit: units.EventsPerSecond,
      targets: [
        promql(rateBy('reason', 'wa_decoder_dead_letters_total', onInstance), '{{reason}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Stages, p99',
      description:
        'provider_to_ingest: age of a fact when its webhook came (to the second). ' +
        'ingest_to_event: from there until its events were durable.',
      unit: units.Seconds,
      targets: [promql(quantile(0.99, stage), '{{stage}}')],
    }),
    timeSeriesPanel({
      title: 'Time of a batch',
      description: 'Time to decode a batch and make its outcome durable.',
      unit: units.Seconds,
      targets: [promql(quantile(0.5, batch), 'p50'), promql(quantile(0.99, batch), 'p99')],
    }),
    timeSeriesPanel({
      title: 'Clocks that are off',
      description:
        'Webhooks whose time of receipt disagrees with the broker that took them: the ' +
        'time of the append counts. If it is not 0, look at the clocks.',
      unit: units.EventsPerSecond,
      targets: [
        promql(
          rateBy('problem', 'wa_decoder_received_at_problems_total', onInstance),
          '{{problem}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Times that cannot be right',
      description: 'Events whose provider time is missing or not believable; it is left out.',
      unit: units.EventsPerSecond,
      targets: [
        promql(rateBy('problem', 'wa_decoder_time_problems_total', onInstance), '{{problem}}'),
      ],
    }),
  ]
}

function timelines(): readonly AnyPanel[] {
  const latency = { metric: 'wa_timeline_ingest_to_timeline_seconds', matchers: onInstance }
  const count = (name: string): string => rateBy('', `wa_timeline_${name}_total`, onInstance)
  return [
    timeSeriesPanel({
      title: 'Events folded, timelines written',
      description: 'Several events of one message in a transaction make one timeline.',
      unit: units.EventsPerSecond,
      targets: [promql(count('events'), 'events'), promql(count('written'), 'timelines')],
    }),
    timeSeriesPanel({
      title: 'Transitions by kind',
      description:
        'Status changes that really happened, each once. filled_in: an earlier status ' +
        'came late.',
      unit: units.EventsPerSecond,
      targets: [promql(rateBy('kind', 'wa_timeline_transitions_total', onInstance), '{{kind}}')],
    }),
    timeSeriesPanel({
      title: 'Oddities',
      description:
        'Repeated, late and contradictory events, and timelines whose beginning is not ' +
        'known. Providers send these; none is an error of ours.',
      unit: units.EventsPerSecond,
      targets: ['duplicates', 'late', 'conflicts', 'headless'].map((name) =>
        promql(count(name), name),
      ),
    }),
    timeSeriesPanel({
      title: 'Webhook to timeline',
      description: 'From the acceptance of a webhook to its committed timeline.',
      unit: units.Seconds,
      targets: [promql(quantile(0.5, latency), 'p50'), promql(quantile(0.99, latency), 'p99')],
    }),
    timeSeriesPanel({
      title: 'Forgotten timelines',
      description: 'Timelines that leave the state after EXPIRY_DAYS without any event.',
      unit: units.EventsPerSecond,
      targets: [promql(count('expired'), 'expired')],
    }),
    timeSeriesPanel({
      title: 'Raw partitions apart',
      description:
        'How far the raw partition that was read furthest is ahead of the one read least far, ' +
        'by time of receipt: days in a rebuild, seconds in live traffic. What is EXPIRY_DAYS ' +
        'older than the latter is forgotten.',
      unit: units.Seconds,
      targets: [promql(`max(wa_timeline_watermark_lag_seconds{${onInstance}})`, 'furthest apart')],
    }),
    timeSeriesPanel({
      title: 'Events that cannot be read',
      description: 'Dead letters of the timeline processor: it does not understand its own input.',
      unit: units.EventsPerSecond,
      targets: [promql(count('dead_letters'), 'dead letters')],
    }),
  ]
}

function transactions(): readonly AnyPanel[] {
  const latency = { metric: 'wa_kafka_transaction_latency_seconds', matchers: onInstance }
  return [
    timeSeriesPanel({
      title: 'Transactions by outcome',
      description: 'fenced: another instance took the partition. failed: taken again and repeated.',
      unit: units.EventsPerSecond,
      targets: [
        promql(rateBy('outcome', 'wa_kafka_transactions_total', onInstance), '{{outcome}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Time of a transaction',
      description: 'From the beginning of a transaction to its commit.',
      unit: units.Seconds,
      targets: [promql(quantile(0.5, latency), 'p50'), promql(quantile(0.99, latency), 'p99')],
    }),
    timeSeriesPanel({
      title: 'Partitions taken again',
      description: 'Failures after which a partition was fenced, restored and continued.',
      unit: units.EventsPerSecond,
      targets: [
        promql(
          rateBy('instance', 'wa_timeline_partition_failures_total', onInstance),
          '{{instance}}',
        ),
      ],
    }),
  ]
}

function state(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Halted partitions',
      description:
        '1 while a partition stands still at a gap in its input: somebody has to decide.',
      unit: units.Short,
      limits: { critical: 1 },
      targets: [
        promql(
          `max by (group, topic, partition) (wa_kafka_partition_halted{${onInstance}})`,
          '{{group}} {{topic}}-{{partition}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Restore, records left',
      description: 'Changelog records that a partition still has to read; 0 when it is up to date.',
      unit: units.Short,
      targets: [
        promql(
          `max by (partition) (wa_timeline_restore_remaining_records{${onInstance}})`,
          '{{partition}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Time of the last restore',
      description: 'How long a partition took to restore its state: it stood still meanwhile.',
      unit: units.Seconds,
      targets: [
        promql(
          `max by (partition) (wa_timeline_restore_duration_seconds{${onInstance}})`,
          '{{partition}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Disk of the state',
      description: 'Free share of the disk that holds the state.',
      unit: units.PercentUnit,
      targets: [
        promql(
          `min by (instance) (wa_timeline_state_disk_free_bytes{${onInstance}} / ` +
            `wa_timeline_state_disk_size_bytes{${onInstance}})`,
          '{{instance}}',
        ),
      ],
    }),
  ]
}
