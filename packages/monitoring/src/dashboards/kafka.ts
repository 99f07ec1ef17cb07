import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import { type AnyPanel, createDashboard } from '../panels/dashboard.ts'
import { promql, timeSeriesPanel } from '../panels/panels.ts'
import { quantile, rateBy } from '../panels/queries.ts'
import {
  environmentVariable,
  instanceVariable,
  onInstance,
  prometheusVariable,
} from '../panels/variables.ts'

const byTopic = (metric: string) => ({ metric, matchers: onInstance, by: ['topic'] })

/** Kafka as our processes see it; brokers have dashboards of their own. */
export function kafkaDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-kafka',
    title: 'wabastream: Kafka clients',
    description:
      'Kafka as our processes see it: what waits, until when it is kept, and what fails.',
    variables: [prometheusVariable(), environmentVariable(), instanceVariable('.*')],
    rows: [
      { title: 'Readers', panels: readers() },
      { title: 'Writers', panels: writers() },
    ],
  })
}

function readers(): readonly AnyPanel[] {
  const lag = `wa_kafka_consumer_lag_seconds{${onInstance}}`
  return [
    timeSeriesPanel({
      title: 'Lag in seconds',
      description: 'Age of the event that each reader works on or reads next; 0 when none waits.',
      unit: units.Seconds,
      targets: [promql(`max by (group, topic) (${lag})`, '{{group}} {{topic}}')],
    }),
    timeSeriesPanel({
      title: 'Lag in records',
      description: 'Records between the fetch position and the end of the topic.',
      unit: units.Short,
      targets: [
        promql(
          `sum by (group, topic) (wa_kafka_consumer_lag_records{${onInstance}})`,
          '{{group}} {{topic}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Read',
      description: 'How fast positions move: records and transaction markers.',
      unit: units.RecordsPerSecond,
      targets: [
        promql(
          `sum by (group, topic) (deriv(wa_kafka_consumer_position_offset{${onInstance}}` +
            '[$__rate_interval]))',
          '{{group}} {{topic}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Time until retention overtakes',
      description:
        'How long a reader could stand still before the broker deletes what it has not read.',
      unit: units.Seconds,
      targets: [
        promql(
          `min by (group, topic) (wa_kafka_topic_retention_seconds{${onInstance}}` +
            ` - on (job, instance, topic) group_right () ${lag})`,
          '{{group}} {{topic}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Partitions by instance',
      description:
        'How many partitions each instance reads. 0: it is idle, and there are too many instances.',
      unit: units.Short,
      targets: [
        promql(
          `count by (group, instance) (wa_kafka_consumer_lag_records{${onInstance}})`,
          '{{group}} {{instance}}',
        ),
      ],
    }),
    timeSeriesPanel({
      title: 'Silent connections',
      description: 'Requests not answered in time; each ends its connection. 0 is right.',
      unit: units.EventsPerSecond,
      targets: [
        promql(rateBy('service', 'wa_kafka_silent_connections_total', onInstance), '{{service}}'),
      ],
    }),
  ]
}

function writers(): readonly AnyPanel[] {
  const counters: readonly (readonly [name: string, title: string, description: string])[] = [
    ['produce_failures', 'Failed attempts', 'Attempts that failed and are repeated. 0 is right.'],
    ['producer_rebuilds', 'Producers rebuilt', 'Thrown away after an error; nothing is lost.'],
    ['refused_records', 'Refused records', 'Records that the broker refuses for good. 0 is right.'],
  ]
  return [
    timeSeriesPanel({
      title: 'Written',
      description: 'Records acknowledged by all replicas in sync, by topic.',
      unit: units.RecordsPerSecond,
      targets: [
        promql(rateBy('topic', 'wa_kafka_produce_batch_records_sum', onInstance), '{{topic}}'),
      ],
    }),
    timeSeriesPanel({
      title: 'Time to write, p99',
      description: 'From the first attempt at a batch to its acknowledgement.',
      unit: units.Seconds,
      targets: [promql(quantile(0.99, byTopic('wa_kafka_produce_latency_seconds')), '{{topic}}')],
    }),
    timeSeriesPanel({
      title: 'Records per request, p50',
      description: 'Records in one produce request.',
      unit: units.Short,
      targets: [promql(quantile(0.5, byTopic('wa_kafka_produce_batch_records')), '{{topic}}')],
    }),
    ...counters.map(([name, title, description]) =>
      timeSeriesPanel({
        title,
        description,
        unit: units.EventsPerSecond,
        targets: [promql(rateBy('topic', `wa_kafka_${name}_total`, onInstance), '{{topic}}')],
      }),
    ),
    timeSeriesPanel({
      title: 'Transactions by outcome',
      description: 'Transactions of the timeline processor: committed is right.',
      unit: units.EventsPerSecond,
      targets: [
        promql(rateBy('outcome', 'wa_kafka_transactions_total', onInstance), '{{outcome}}'),
      ],
    }),
  ]
}
