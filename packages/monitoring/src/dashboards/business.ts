import { type DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import * as units from '@grafana/grafana-foundation-sdk/units'
import {
  clickhouseSource,
  clickhouseVariable,
  numberVariable,
  ofNumbers,
  sql,
  tablePanel,
} from '../panels/clickhouse-panels.ts'
import { type AnyPanel, createDashboard } from '../panels/dashboard.ts'
import { timeSeriesPanel } from '../panels/panels.ts'

const source = clickhouseSource
const DAYS = `$__dateFilter(day) AND ${ofNumbers}`

/** For analysts: billing, response times, reputation. */
export function businessDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-business',
    title: 'wabastream: business',
    description:
      'For analysts: what is charged, who waits for whom, and how are the numbers doing?',
    tags: ['analysts'],
    variables: [clickhouseVariable(), numberVariable()],
    from: 'now-30d',
    refresh: '15m',
    rows: [
      { title: 'Billing', panels: billing() },
      { title: 'Response time', panels: responseTime() },
      { title: 'Health', panels: health() },
    ],
  })
}

function billing(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Charged messages',
      description: 'Delivered and not free, by day and category. Rates are not in the webhooks.',
      unit: units.Short,
      width: 12,
      source,
      targets: [
        sql(`
        SELECT toDateTime(day) AS time, category, sum(charged) AS charged
        FROM wa.billing WHERE ${DAYS}
        GROUP BY time, category ORDER BY time`),
      ],
    }),
    tablePanel({
      title: 'By calling code, category and type',
      description: 'Messages of the period, by what rates depend on: multiply them by your rates.',
      unit: units.Short,
      width: 12,
      source,
      targets: [
        sql(
          `
        SELECT calling_code, model, category, type, sum(messages) AS messages,
          sum(charged) AS charged, sum(free) AS free, sum(unknown) AS unknown
        FROM wa.billing WHERE ${DAYS}
        GROUP BY calling_code, model, category, type ORDER BY charged DESC LIMIT 200`,
          'table',
        ),
      ],
    }),
  ]
}

function responseTime(): readonly AnyPanel[] {
  const asked = (responder: string): string => `wa.response_time
        WHERE responder = '${responder}' AND $__timeFilter(asked_at) AND ${ofNumbers}`
  const quantiles = (responder: string): string => `
        SELECT toStartOfDay(asked_at) AS time, quantile(0.5)(response_ms) AS median,
          quantile(0.9)(response_ms) AS p90
        FROM ${asked(responder)} AND response_ms IS NOT NULL
        GROUP BY time ORDER BY time`
  return [
    timeSeriesPanel({
      title: 'Until we answer',
      description: 'From the first unanswered message of a customer to our next message.',
      unit: units.Milliseconds,
      source,
      targets: [sql(quantiles('business'))],
    }),
    timeSeriesPanel({
      title: 'Until customers answer',
      description: "From our first message to the customer's next one, if there was one.",
      unit: units.Milliseconds,
      source,
      targets: [sql(quantiles('customer'))],
    }),
    timeSeriesPanel({
      title: 'Waiting for us',
      description: 'Customers without an answer so far, by the day on which they wrote.',
      unit: units.Short,
      source,
      targets: [
        sql(`
        SELECT toStartOfDay(asked_at) AS time, countIf(answered_at IS NULL) AS waiting,
          countIf(answered_at IS NOT NULL) AS answered
        FROM ${asked('business')}
        GROUP BY time ORDER BY time`),
      ],
    }),
  ]
}

function health(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Delivered, read and failed',
      description:
        'Shares of the messages of a day. A falling share of reads comes before a ' +
        'falling quality rating.',
      unit: units.PercentUnit,
      width: 12,
      source,
      targets: [
        sql(`
        SELECT toDateTime(day) AS time, sum(delivered) / sum(messages) AS delivered_share,
          sum(read) / sum(messages) AS read_share, sum(failed) / sum(messages) AS failed_share
        FROM wa.number_quality WHERE ${DAYS} AND messages > 0
        GROUP BY time ORDER BY time`),
      ],
    }),
    tablePanel({
      title: 'Numbers',
      description: 'Volume and failures of each number in the period.',
      unit: units.Short,
      width: 12,
      source,
      targets: [
        sql(
          `
        SELECT number, sum(received) AS received, sum(messages) AS messages,
          sum(failed) AS failed, sumMap(failure_codes) AS failure_codes
        FROM wa.number_quality WHERE ${DAYS}
        GROUP BY number ORDER BY messages DESC LIMIT 200`,
          'table',
        ),
      ],
    }),
    tablePanel({
      title: 'Templates',
      description: 'The latest report on each template; those that were stopped come first.',
      unit: units.Short,
      source,
      targets: [
        sql(
          `
        SELECT template, language, status, status_reason, quality, category, stops, last_event_at
        FROM wa.template_quality
        ORDER BY stops DESC, last_event_at DESC LIMIT 200`,
          'table',
        ),
      ],
    }),
    tablePanel({
      title: 'News of quality',
      description:
        'What the provider reported about numbers, templates and accounts in the period.',
      unit: units.Short,
      source,
      targets: [
        sql(
          `
        SELECT received_at, account_id, field, display_number, template, previous, current, reason
        FROM wa.quality_events WHERE $__timeFilter(received_at)
        ORDER BY received_at DESC LIMIT 200`,
          'table',
        ),
      ],
    }),
  ]
}
