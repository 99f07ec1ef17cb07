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
// A day is shown at midnight UTC, whatever the session's time zone, on a page that is in UTC.
const DAYS = `$__dateFilter(day) AND ${ofNumbers}`
const DISPLAYED = "if(display_number = '', number, display_number)"
const NOT_REPORTED_FIRST = "category = 'not reported' DESC"

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
    timezone: 'utc',
    refresh: '15m',
    rows: [
      { title: 'Billing', panels: billing() },
      { title: 'Response time', panels: responseTime() },
      { title: 'Health', panels: health() },
      { title: 'Reports of the provider', panels: reports() },
    ],
  })
}

function billing(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Charged messages',
      description:
        "Delivered and not free, by category and day of the number's time zone. Rates are not in " +
        'the webhooks.',
      unit: units.Short,
      width: 12,
      source,
      targets: [
        sql(`
        SELECT toDateTime(day, 'UTC') AS time, category, sum(charged) AS charged
        FROM wa.billing WHERE ${DAYS}
        GROUP BY time, category ORDER BY time`),
      ],
    }),
    tablePanel({
      title: 'By calling code, category and type',
      description:
        'Messages of the period, by what rates depend on: multiply them by your rates. In groups ' +
        'each participant is one. Of what is not reported, first, nobody knows the category.',
      unit: units.Short,
      width: 12,
      source,
      targets: [
        sql(
          `
        SELECT calling_code, model, category, type, sum(messages) AS messages,
          sum(charged) AS charged, sum(free) AS free, sum(undelivered) AS undelivered,
          sum(unknown) AS unknown
        FROM wa.billing WHERE ${DAYS}
        GROUP BY calling_code, model, category, type
        ORDER BY ${NOT_REPORTED_FIRST}, charged DESC LIMIT 200`,
          'table',
        ),
      ],
    }),
  ]
}

function responseTime(): readonly AnyPanel[] {
  // A day of a number begins up to a day before the one of that date in UTC.
  const asked = (responder: string): string => `wa.response_time_since(
          since = toDate($__fromTime, 'UTC') - 1)
        WHERE responder = '${responder}' AND ${DAYS}`
  const quantiles = (responder: string): string => `
        SELECT toDateTime(day, 'UTC') AS time, quantile(0.5)(response_ms) AS median,
          quantile(0.9)(response_ms) AS p90
        FROM ${asked(responder)} AND response_ms IS NOT NULL
        GROUP BY time ORDER BY time`
  return [
    timeSeriesPanel({
      title: 'Until we answer',
      description:
        "By day of the number's time zone, from the first unanswered message of a customer to our " +
        'next message.',
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
      description:
        "Customers without an answer so far, by the day, of the number's time zone, on which they " +
        'wrote.',
      unit: units.Short,
      source,
      targets: [
        sql(`
        SELECT toDateTime(day, 'UTC') AS time, countIf(answered_at IS NULL) AS waiting,
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
        "Shares of those whose delivery is awaited, by day of the number's time zone; in groups " +
        'each participant is one. A falling share of reads comes before a falling quality rating.',
      unit: units.PercentUnit,
      width: 12,
      source,
      targets: [
        sql(`
        SELECT toDateTime(day, 'UTC') AS time, sum(delivered) / sum(awaited) AS delivered_share,
          sum(read) / sum(awaited) AS read_share, sum(failed) / sum(awaited) AS failed_share
        FROM wa.number_quality WHERE ${DAYS} AND awaited > 0
        GROUP BY time ORDER BY time`),
      ],
    }),
    tablePanel({
      title: 'Numbers',
      description:
        'Volume and failures of each number in the period. A group is one message with several ' +
        'recipients; a delivery is awaited of those with a price, a delivery or a failure.',
      unit: units.Short,
      width: 12,
      source,
      targets: [
        sql(
          `
        SELECT number, sum(received) AS received, sum(messages) AS messages,
          sum(recipients) AS recipients, sum(awaited) AS awaited, sum(delivered) AS delivered,
          sum(failed) AS failed, sumMap(failure_codes) AS failure_codes
        FROM wa.number_quality WHERE ${DAYS}
        GROUP BY number ORDER BY messages DESC LIMIT 200`,
          'table',
        ),
      ],
    }),
  ]
}

function reports(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'Failed, and what the provider reported',
      description:
        "Of each number the share that failed and, on the days of the provider's reports about " +
        'it (quality, limit, name), how many there were. The table beside it says which.',
      unit: units.PercentUnit,
      width: 12,
      source,
      targets: [
        sql(`
        SELECT toDateTime(day, 'UTC') AS time, concat(${DISPLAYED}, ' failed') AS line,
          failed_share
        FROM wa.number_health_daily WHERE ${DAYS} AND failed_share IS NOT NULL
        ORDER BY time`),
        sql(`
        SELECT toDateTime(day, 'UTC') AS time, concat(${DISPLAYED}, ' reports') AS line,
          length(quality_events) AS reports
        FROM wa.number_health_daily WHERE ${DAYS} AND notEmpty(quality_events)
        ORDER BY time`),
      ],
    }),
    tablePanel({
      title: 'Reports about numbers',
      description:
        'What the provider reported about a number, beside what became of its messages that day.',
      unit: units.Short,
      width: 12,
      source,
      targets: [
        sql(
          `
        SELECT day, number, display_number, arrayJoin(quality_events) AS report,
          report.2 AS event, report.4 AS messaging_limit,
          messages, awaited, delivered_share, read_share, failed_share
        FROM wa.number_health_daily
        WHERE ${DAYS}
        ORDER BY report DESC LIMIT 200`,
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
