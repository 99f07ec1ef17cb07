import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { encodeRow, insertColumns, saveSlice, toTableRows } from '@wabastream/clickhouse'
import { topicNames, type WebhookVerdict } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { startReconciler } from './reconciler.ts'
import { createReconciliationMetrics } from './reconciliation-metrics.ts'
import { createTestPipeline, type TestPipeline } from '../test-pipeline.fixture.ts'

// Goal: the process that compares shows what is lost and the age of the last comparison, across
// takeovers. Method: rows in the real engine; the positions of the pipeline are given.
const none = () => undefined
const HOUR_MS = 3_600_000
const VERDICTS = 3
let pipeline: TestPipeline
beforeAll(async () => {
  pipeline = await createTestPipeline()
}, 60_000)
afterAll(() => pipeline.drop())

const verdictOf = (offsetDelta: number): WebhookVerdict => ({
  offsetDelta,
  receiptId: `receipt-${offsetDelta}`,
  channel: 'main',
  receivedAt: Date.now(),
  bytes: 9,
  verdict: 'decoded',
  messages: 0,
  statuses: 0,
  errors: 0,
  otherFields: 0,
  events: 0,
  deadLetters: 0,
})

function startIt(state: { isHolder: boolean; isBehind: boolean }) {
  const { client, generation } = pipeline
  const { raw } = topicNames(generation)
  const registry = new Registry()
  const admin = {
    committedOffsets: async (_: string, topic: string) =>
      new Map(topic === raw ? [[0, VERDICTS]] : []),
    endOffsets: async () => new Map(state.isBehind ? [[0, 1]] : []),
    startOffsets: async () => new Map([[0, 0]]),
  }
  const reconciler = startReconciler({
    client,
    generation,
    kafka: { admin, readRecord: async () => null },
    intervalMs: 20,
    days: 1,
    metrics: createReconciliationMetrics(registry),
    logger: { debug: none, info: none, warn: none, error: none },
    isHolder: () => state.isHolder,
    onProved: async () => undefined,
  })
  const metric = async (name: string) =>
    new Map(
      (await registry.metrics())
        .split('\n')
        .filter((line) => line.startsWith(name))
        .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    )
  return { reconciler, metric }
}

const AGE = 'wa_reconciliation_age_seconds'

it('begins with the age of the last comparison, shows what is lost, and hides when it gives up', async () => {
  const { client, database } = pipeline
  await saveSlice(
    { client, database },
    {
      rawPartition: 9,
      from: 0,
      to: 1,
      checkedAt: Date.now() - HOUR_MS,
      firstReceivedAt: Date.now(),
      verdicts: 1,
      resent: 0,
      differences: [],
    },
  )
  const rows = toTableRows(
    {
      type: 'WebhooksDecoded',
      data: {
        rawPartition: 0,
        firstOffset: 0,
        verdicts: [verdictOf(0), verdictOf(2)],
      },
    },
    { partition: 0, offset: 0 },
  )
  for (const { table, cells } of rows) {
    await client.insert({ database, table, columns: insertColumns[table] }, [
      Buffer.from(`${encodeRow(cells)}\n`),
    ])
  }
  const state = { isHolder: true, isBehind: true }
  const { metric, reconciler } = startIt(state)
  for (let takeover = 0; takeover < 2; takeover += 1) {
    state.isHolder = true
    await eventually(
      'the age of the last comparison',
      async () => ((await metric(AGE)).get(AGE) ?? 0) >= 3_600,
    )
    state.isHolder = false
    await eventually('nothing shown', async () => (await metric(AGE)).size === 0)
  }
  state.isBehind = false
  state.isHolder = true
  await eventually('a comparison', async () => ((await metric(AGE)).get(AGE) ?? 9_999) < 3_000)
  const lost = 'wa_reconciliation_difference{kind="missing_verdict",channel=""}'
  expect([...(await metric(lost)).values()]).toEqual([1])
  await reconciler.stop()
}, 60_000)
