// Goal: a message that is read after its state was forgotten stays one message. Method: put
// deliveries of 60 days ago into the raw topic, then today's traffic until they are forgotten, then
// the reads.
import { expect } from '@jest/globals'
import { createClient } from '@clickhouse/client'
import { rawHeaders, topicNames } from '@wabastream/contracts'
import { untilSettled } from '@wabastream/end-to-end'
import { eventually } from '@wabastream/testing'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'

const DAY_MS = 86_400_000
const MESSAGES = 300
const NUMBER = '106540352242922'
const SETTLE_MS = 120_000

faultCase(import.meta.url, {
  title: "puts a read of 60 days later into its message's row, and counts it once",
  pipeline: { cluster: 'single', env: () => ({ SWEEP_DELAY_MINUTES: '0' }) },
  deadlineMs: 240_000,
  async play(scene) {
    const { load, pipeline, faults } = scene
    const longAgoMs = Date.now() - 60 * DAY_MS
    await append(scene, longAgoMs, ['sent', 'delivered'])
    await untilSettled(pipeline.kafka, SETTLE_MS)
    await eventually(
      'the messages to be forgotten',
      async () => {
        await load.send({ count: 300 })
        return (await metric(scene, 'wa_timeline_expired_total')) >= MESSAGES
      },
      SETTLE_MS,
    )
    await untilSettled(pipeline.kafka, SETTLE_MS)
    await append(scene, Date.now(), ['read', 'read'])
    faults.counted()
    await untilSettled(pipeline.kafka, SETTLE_MS)
    expect(await metric(scene, 'wa_timeline_headless_total')).toBeGreaterThanOrEqual(MESSAGES)
    expect(await countMessages(scene)).toEqual({
      rows: MESSAGES,
      delivered: MESSAGES,
      read: MESSAGES,
    })
  },
})

/** As the ingestor would have done it at that time. */
async function append(
  { load, pipeline, seed }: FaultScene,
  atMs: number,
  statuses: readonly string[],
): Promise<void> {
  const producer = pipeline.kafka.chainedProducer()
  const records = statuses.flatMap((status, step) =>
    Array.from({ length: MESSAGES }, (_, index) => {
      const body = Buffer.from(
        JSON.stringify(toBody(`late-${seed}-${index}`, status, atMs + step * 5_000)),
      )
      const receipt = `${seed}-${atMs}-${step}-${index}`
      load.note(body, { receipt, receivedAtMs: atMs })
      const headers = {
        [rawHeaders.receiptId]: receipt,
        [rawHeaders.receivedAt]: String(atMs),
        [rawHeaders.channel]: 'cloud',
        [rawHeaders.verification]: 'hmac:test',
        [rawHeaders.dialect]: 'cloud',
        [rawHeaders.contentType]: 'application/json',
        [rawHeaders.origin]: 'imported',
      }
      return { key: null, value: body, headers }
    }),
  )
  await producer.send({ topic: topicNames(1).raw, partition: 0 }, records)
  await producer.close()
}

function toBody(id: string, status: string, atMs: number): object {
  const timestamp = String(Math.floor(atMs / 1_000))
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783880', phone_number_id: NUMBER },
    statuses: [{ id, status, timestamp, recipient_id: '4915112345678' }],
  }
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '102290129340398', changes: [{ value, field: 'messages' }] }],
  }
}

async function metric({ pipeline }: FaultScene, name: string): Promise<number> {
  const text = await pipeline.instance('timeline-processor').metrics()
  return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\d+)$`, 'm').exec(text)?.[1])
}

/** As an analyst counts: by the view. */
async function countMessages({ pipeline, seed }: FaultScene): Promise<unknown> {
  const client = createClient({ url: pipeline.clickhouseUrl })
  const result = await client.query({
    query: `SELECT toUInt32(count()) AS rows,
      toUInt32(countIf(delivered_at IS NOT NULL)) AS delivered,
      toUInt32(countIf(read_at IS NOT NULL)) AS read
      FROM wa.messages WHERE startsWith(message_id, 'late-${seed}-')`,
    format: 'JSONEachRow',
  })
  const rows = await result.json()
  await client.close()
  return rows[0]
}
