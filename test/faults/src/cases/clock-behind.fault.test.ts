// Goal: one ingestor whose clock is behind has no row deleted. Method: put one of its webhooks of
// 1970, with the beginning of some messages, into the raw topic, then their later webhooks with the
// right time and ordinary traffic; let ClickHouse merge and delete old rows, and look.
import { createClient } from '@clickhouse/client'
import { untilSettled } from '@wabastream/end-to-end'
import { appendRaw, statusBody } from '../harness/append-raw.ts'
import { faultCase } from '../harness/fault-case.ts'

const SETTLE_MS = 120_000
const MESSAGES = 60
const TABLES = ['message_events', 'message_timeline', 'status_transitions', 'raw_webhooks']

faultCase(import.meta.url, {
  title: 'keeps the rows of messages that one clock dated back',
  pipeline: { cluster: 'single' },
  deadlineMs: 300_000,
  async play(scene) {
    const { faults, load, pipeline, seed } = scene
    const ids = Array.from({ length: MESSAGES }, (_, index) => `behind-${seed}-${index}`)
    const nowMs = Date.now()
    await appendRaw(scene, [
      { body: statusBody(ids, 'sent', nowMs), partition: 0, receivedAtMs: 300_000 },
    ])
    await untilSettled(pipeline.kafka, SETTLE_MS)
    faults.counted()
    await appendRaw(scene, [
      { body: statusBody(ids, 'delivered', nowMs), partition: 1, receivedAtMs: nowMs },
    ])
    await load.send({ count: 500 })
    await untilSettled(pipeline.kafka, SETTLE_MS)
    const client = createClient({ url: pipeline.clickhouseUrl })
    for (const table of TABLES) {
      await client.command({ query: `OPTIMIZE TABLE wa_g1.${table} FINAL` })
    }
    await client.close()
  },
})
