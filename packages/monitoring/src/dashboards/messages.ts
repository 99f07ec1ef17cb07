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
const WITHIN = `$__timeFilter(hour) AND ${ofNumbers}`

/** For analysts: what became of the messages that were sent. */
export function messagesDashboard(): DashboardBuilder {
  return createDashboard({
    uid: 'wabastream-messages',
    title: 'wabastream: messages',
    description: 'For analysts: how far did messages come, how fast, and why did they fail?',
    tags: ['analysts'],
    variables: [clickhouseVariable(), numberVariable()],
    from: 'now-7d',
    refresh: '5m',
    rows: [
      { title: 'Funnel', panels: funnel() },
      { title: 'Latency', panels: latency() },
      { title: 'Failures', panels: failures() },
    ],
  })
}

function funnel(): readonly AnyPanel[] {
  return [
    timeSeriesPanel({
      title: 'How far messages came',
      description:
        'Messages, their recipients (in a group each participant is one), and how many of these ' +
        'got at least as far as each status, by the hour in which the messages were sent.',
      unit: units.Short,
      width: 16,
      source,
      targets: [
        sql(`
        SELECT hour AS time, sum(messages) AS messages, sum(recipients) AS recipients,
          sum(awaited) AS awaited, sum(delivered) AS delivered, sum(read) AS read,
          sum(failed) AS failed
        FROM wa.funnel_hourly WHERE ${WITHIN}
        GROUP BY time ORDER BY time`),
      ],
    }),
    tablePanel({
      title: 'By category',
      description:
        'Messages of the period, with the shares of the recipients awaited that were delivered ' +
        'and read. What was refused has no price: its category is not reported.',
      unit: units.Short,
      width: 8,
      source,
      targets: [
        sql(
          `
        SELECT category, sum(messages) AS messages, sum(recipients) AS recipients,
          sum(awaited) AS awaited,
          if(awaited = 0, NULL, sum(delivered) / awaited) AS delivered_share,
          if(awaited = 0, NULL, sum(read) / awaited) AS read_share,
          sum(failed) AS failed
        FROM wa.funnel_hourly WHERE ${WITHIN}
        GROUP BY category ORDER BY category = 'not reported' DESC, messages DESC`,
          'table',
        ),
      ],
    }),
  ]
}

function latency(): readonly AnyPanel[] {
  const panel = (what: 'delivered' | 'read', title: string): AnyPanel =>
    timeSeriesPanel({
      title,
      description:
        `From sent to ${what}, of messages for which both times are known. Half, nine of ` +
        'ten and 99 of 100 are faster.',
      unit: units.Milliseconds,
      width: 12,
      source,
      targets: [
        sql(`
      SELECT toStartOfHour(started_at) AS time,
        quantile(0.5)(sent_to_${what}_ms) AS median, quantile(0.9)(sent_to_${what}_ms) AS p90,
        quantile(0.99)(sent_to_${what}_ms) AS p99
      FROM wa.messages
      WHERE anchor_day >= toDate($__fromTime, 'UTC') - 1 AND $__timeFilter(started_at)
        AND direction = 'outbound' AND audience != 'group' AND NOT historical
        AND sent_to_${what}_ms IS NOT NULL AND ${ofNumbers}
      GROUP BY time ORDER BY time`),
      ],
    })
  return [panel('delivered', 'Until delivered'), panel('read', 'Until read')]
}

function failures(): readonly AnyPanel[] {
  const failed = `wa.failures WHERE anchor_day >= toDate($__fromTime, 'UTC') - 1
        AND $__timeFilter(started_at) AND status = 'failed' AND ${ofNumbers}`
  return [
    timeSeriesPanel({
      title: 'Failures by code',
      description:
        'Messages that failed, by the hour in which they were sent, and error code; in a group ' +
        'it may have been for one participant.',
      unit: units.Short,
      width: 12,
      source,
      targets: [
        sql(`
        SELECT toStartOfHour(started_at) AS time, toString(code) AS error,
          uniqExact(number, message_id) AS messages
        FROM ${failed}
        GROUP BY time, error ORDER BY time`),
      ],
    }),
    tablePanel({
      title: 'What the codes mean',
      description:
        'Failures in the period, who can remove their cause, and whether it helps to try again.',
      unit: units.Short,
      width: 12,
      source,
      targets: [
        sql(
          `
        SELECT toString(code) AS error, meaning, who_can_act, retryable,
          uniqExact(number, message_id) AS messages
        FROM ${failed}
        GROUP BY error, meaning, who_can_act, retryable ORDER BY messages DESC LIMIT 50`,
          'table',
        ),
      ],
    }),
  ]
}
