// Goal: whatever the order and repetition of webhooks, and however processes die, ClickHouse shows
// exactly what the acknowledged webhooks say. Method: send the traffic over HTTP to a whole
// wabastream, and compare every stored timeline with an oracle that read the same bodies by itself.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import {
  type Acknowledgement,
  generateTraffic,
  sendWebhooks,
  type SimulatedWebhook,
} from '@wabastream/simulator'
import {
  type CollectedSpan,
  countRows,
  eventually,
  expectTimelines,
  type Fact,
  readFacts,
  type RowCounts,
  startTraceCollector,
  type TraceCollector,
} from '@wabastream/testing'
import { compareTimelines } from './compare-timelines.ts'
import { judgeRows } from './judge-rows.ts'
import { countRawRecords, untilSettled } from './settled.ts'
import { readStoredTimelines } from './stored-timelines.ts'
import { readCommittedTransitions } from './transitions.ts'
import { startWabastream, type WabastreamProcess } from './wabastream-process.ts'

const SETTLE_TIMEOUT_MS = 120_000
const FLAT_NUMBER = '206540352242900'
const DATABASE = 'wa_g1'
const seed = process.env['WABASTREAM_SEED'] ?? 'end-to-end'

const TRACED_SHARE = '0.02'

let collector: TraceCollector
let wabastream: WabastreamProcess
let kafka: KafkaClient
let clickhouse: ClickHouseClient
const facts: Fact[] = []
const rowCounts = new Map<string, RowCounts>()

beforeAll(async () => {
  collector = await startTraceCollector()
  wabastream = await startWabastream({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_TRACES_SAMPLER_ARG: TRACED_SHARE,
  })
  kafka = createKafkaClient({ brokers: [...wabastream.brokers], clientId: 'end-to-end' })
  clickhouse = createClient({ url: wabastream.clickhouseUrl })
}, 180_000)

afterAll(async () => {
  await clickhouse?.close()
  await kafka?.close()
  await wabastream?.stop()
  await collector?.close()
}, 60_000)

/** Traffic of all kinds, shuffled, with every tenth webhook repeated. */
function traffic(count: number, part: string): readonly SimulatedWebhook[] {
  const spanMs = 12 * 3_600_000
  return generateTraffic({
    count,
    seed: `${seed} ${part}`,
    spanMs,
    startMs: Date.now() - spanMs - 3_600_000,
    duplicateShare: 0.1,
    shuffleShare: 0.5,
  })
}

/** Sends all and remembers what the acknowledged ones say. */
async function send(
  webhooks: readonly SimulatedWebhook[],
  ratePerSecond?: number,
): Promise<number> {
  const journal: Acknowledgement[] = []
  const report = await sendWebhooks({
    url: wabastream.webhooksUrl,
    webhooks,
    concurrency: 64,
    journal,
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
  })
  for (const { index, headers } of journal) {
    const body: unknown = JSON.parse(String(webhooks[index]?.body))
    const read = body as Record<string, unknown>
    facts.push(...readFacts(read, { flatNumber: FLAT_NUMBER, nowMs: Date.now() }))
    rowCounts.set(headers['x-receipt-id'] ?? '', countRows(read))
  }
  expect(report.refused).toEqual([])
  return report.acked
}

async function expectStoredAsTold(): Promise<void> {
  await untilSettled(kafka, SETTLE_TIMEOUT_MS)
  const expected = expectTimelines(facts)
  const comparison = compareTimelines(expected, await readStoredTimelines(clickhouse, DATABASE))
  expect(comparison).toEqual({
    expected: expected.size,
    stored: expected.size,
    missing: [],
    surplus: [],
    differing: [],
  })
  expect(await judgeRows(clickhouse, DATABASE, rowCounts)).toEqual({ lost: [], doubled: [] })
}

async function countRawWebhooks(): Promise<unknown> {
  const result = await clickhouse.query({
    query: `SELECT toUInt32(count()) AS raw, toUInt32(uniqExact(receipt_id)) AS receipts,
      toUInt32(countIf(verdict = 'undecodable')) AS undecodable
      FROM ${DATABASE}.raw_webhooks FINAL`,
    format: 'JSONEachRow',
  })
  return (await result.json())[0]
}

/** The services that each span and those above it come from. */
function readWays(spans: readonly CollectedSpan[]): ReadonlySet<string> {
  const bySpanId = new Map(spans.map((span) => [span.spanId, span]))
  const wayOf = ({ parentSpanId = '', service }: CollectedSpan): readonly string[] => {
    const parent = bySpanId.get(parentSpanId)
    return [...(parent === undefined ? [] : wayOf(parent)), service.replace('wabastream-', '')]
  }
  return new Set(spans.map((span) => wayOf(span).join(' > ')))
}

describe(`from HTTP to ClickHouse (WABASTREAM_SEED='${seed}')`, () => {
  it('stores what 20 000 shuffled and repeated webhooks of all kinds say', async () => {
    const acked = await send(traffic(20_000, 'steady'))
    expect(acked).toBeGreaterThanOrEqual(20_000)
    await expectStoredAsTold()
    const raw = await countRawRecords(kafka)
    expect(await countRawWebhooks()).toEqual({ raw, receipts: raw, undecodable: 0 })
  }, 300_000)

  it('loses and doubles nothing when processor and sink are killed twice under load', async () => {
    const sending = send(traffic(6_000, 'killed'), 300)
    for (const name of [
      'timeline-processor',
      'clickhouse-sink',
      'timeline-processor',
      'clickhouse-sink',
    ]) {
      await delay(4_000)
      await wabastream.killService(name)
    }
    await sending
    await expectStoredAsTold()
  }, 300_000)

  it('reports each status change once to a read_committed reader', async () => {
    const transitions = await readCommittedTransitions(kafka, wabastream.schemaRegistryUrl)
    const ids = transitions.map(({ key, kind, rung }) => JSON.stringify([key, kind, rung]))
    expect(ids.length).toBeGreaterThan(10_000)
    expect(ids.length - new Set(ids).size).toBe(0)
  }, 60_000)

  it('traces webhooks from the socket to their rows', async () => {
    const ways = [
      'ingestor > decoder > clickhouse-sink',
      'ingestor > decoder > timeline-processor > clickhouse-sink',
    ]
    await eventually(
      'both ways have been traced',
      () => {
        const traced = readWays(collector.spans)
        return ways.every((way) => traced.has(way))
      },
      60_000,
    )
  }, 90_000)

  it('ends cleanly at Ctrl-C', async () => {
    expect(await wabastream.stop()).toBe(0)
  }, 60_000)
})
