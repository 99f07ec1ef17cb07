import { type ClickHouse } from '@wabastream/clickhouse'
import { CANARY_NUMBER, databaseName } from '@wabastream/contracts'
import { CANARY_CHANNEL } from '../start/canary.ts'

export interface FunnelRow {
  readonly messages: number
  readonly sent: number
  readonly delivered: number
  readonly read: number
  readonly played: number
  readonly replied: number
  readonly failed: number
  readonly conflicts: number
}

export interface LatencyRow {
  readonly step: string
  readonly messages: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

export interface FailureRow {
  readonly code: number | null
  readonly meaning: string
  readonly whoCanAct: string
  readonly messages: number
}

export interface StoredRow {
  readonly webhooks: number
  readonly resent: number
  readonly events: number
  readonly duplicates: number
  readonly timelines: number
  readonly transitions: number
}

export interface DemoResult {
  readonly funnel: FunnelRow
  readonly latencies: readonly LatencyRow[]
  readonly failures: readonly FailureRow[]
  readonly stored: StoredRow
  /** A message worth looking at; null when there is none. */
  readonly messageId: string | null
}

/** What was received between two times, by our clock. */
export interface DemoWindow {
  readonly fromMs: number
  readonly generation: number
}

const since = "last_received_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')"
const receivedSince = "received_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')"
// The canary's webhooks are not part of what was sent.
const sentWebhooks = `${receivedSince} AND channel != '${CANARY_CHANNEL}'`
const sentEvents = `${receivedSince} AND number != '${CANARY_NUMBER}'`
const ours = `direction = 'outbound' AND NOT historical AND ${since}`

const funnelSql = `
  SELECT count() AS messages, countIf(rungs >= 1) AS sent, countIf(rungs >= 2) AS delivered,
    countIf(rungs >= 4) AS read, countIf(rungs >= 8) AS played, countIf(replied) AS replied,
    countIf(status = 'failed') AS failed, countIf(conflict) AS conflicts
  FROM wa.messages
  WHERE ${ours}`

const latencyParts = [
  ['sent → delivered', 'sent_to_delivered_ms'],
  ['delivered → read', 'delivered_to_read_ms'],
  ['sent → read', 'sent_to_read_ms'],
].map(
  ([step, column], place) => `
  SELECT ${place} AS place, '${step}' AS step, count(${column}) AS messages,
    quantileExact(0.5)(${column}) AS p50, quantileExact(0.9)(${column}) AS p90,
    quantileExact(0.99)(${column}) AS p99
  FROM wa.messages
  WHERE ${ours} AND ${column} IS NOT NULL`,
)

const latencySql = `
  SELECT step, messages, p50, p90, p99
  FROM (${latencyParts.join(' UNION ALL ')})
  ORDER BY place`

const failuresSql = `
  SELECT f.code AS code, any(ifNull(f.meaning, '')) AS meaning,
    any(ifNull(f.who_can_act, '')) AS whoCanAct, count() AS messages
  FROM wa.failures AS f
  WHERE f.message_id IN (SELECT message_id FROM wa.messages WHERE ${ours} AND failed)
  GROUP BY code
  ORDER BY messages DESC, code
  LIMIT 6`

function storedSql(database: string): string {
  return `
    SELECT
      (SELECT uniqExact(receipt_id) FROM ${database}.raw_webhooks
        WHERE ${sentWebhooks}) AS webhooks,
      (SELECT uniqExact(raw_partition, raw_offset) FROM ${database}.raw_webhooks
        WHERE ${sentWebhooks}) - webhooks AS resent,
      (SELECT uniqExact(raw_partition, raw_offset, item_index) FROM ${database}.message_events
        WHERE ${sentEvents}) AS events,
      events - (SELECT uniqExact(event_id) FROM ${database}.message_events
        WHERE ${sentEvents}) AS duplicates,
      (SELECT count() FROM wa.messages WHERE ${since}) AS timelines,
      (SELECT count() FROM ${database}.status_transitions FINAL WHERE ${sentEvents})
        AS transitions`
}

/**
 * A message that was sent, delivered and read; best if something came late, something twice, and it
 * was answered.
 */
function exampleSql(database: string): string {
  return `
    SELECT message_id AS messageId,
      minIf(received_at, status = 'sent') AS sent,
      minIf(received_at, status = 'delivered') AS delivered,
      minIf(received_at, status = 'read') AS read
    FROM ${database}.message_events FINAL
    WHERE ${receivedSince} AND participant = ''
    GROUP BY number, message_id
    HAVING countIf(status = 'sent') > 0 AND countIf(status = 'delivered') > 0
      AND countIf(status = 'read') > 0
    ORDER BY
      ((read < delivered) OR (delivered < sent)) + (count() > uniqExact(event_id))
        + (countIf(event_type = 'MessageReplied') > 0) DESC,
      count(), message_id
    LIMIT 1`
}

const emptyFunnel: FunnelRow = {
  messages: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  played: 0,
  replied: 0,
  failed: 0,
  conflicts: 0,
}
const emptyStored: StoredRow = {
  webhooks: 0,
  resent: 0,
  events: 0,
  duplicates: 0,
  timelines: 0,
  transitions: 0,
}

export async function readDemoResult(
  clickhouse: ClickHouse,
  window: DemoWindow,
): Promise<DemoResult> {
  const { fromMs, generation } = window
  const database = databaseName(generation)
  const [[funnel], latencies, failures, [stored], [example]] = await Promise.all([
    clickhouse.query<FunnelRow>(funnelSql, { fromMs }),
    clickhouse.query<LatencyRow>(latencySql, { fromMs }),
    clickhouse.query<FailureRow>(failuresSql, { fromMs }),
    clickhouse.query<StoredRow>(storedSql(database), { fromMs }),
    clickhouse.query<{ readonly messageId: string }>(exampleSql(database), { fromMs }),
  ])
  return {
    funnel: funnel ?? emptyFunnel,
    latencies,
    failures,
    stored: stored ?? emptyStored,
    messageId: example?.messageId ?? null,
  }
}
