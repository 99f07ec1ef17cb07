// Goal: a history that repeats a message after its state was forgotten makes no second row. Method:
// put messages of the phone app of 60 days ago into the raw topic, then today's traffic until they
// are forgotten, then a history synchronisation that reports them again.
import { expect } from '@jest/globals'
import { createClient } from '@clickhouse/client'
import { untilSettled } from '@wabastream/end-to-end'
import { eventually } from '@wabastream/testing'
import { appendRaw, cloudBody } from '../harness/append-raw.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { readMetric } from '../harness/spool-folder.ts'

const DAY_MS = 86_400_000
const MESSAGES = 60
const SETTLE_MS = 120_000

faultCase(import.meta.url, {
  title: 'keeps one row for a message that a history repeats after it was forgotten',
  pipeline: { cluster: 'single', env: () => ({ SWEEP_DELAY_MINUTES: '0' }) },
  deadlineMs: 300_000,
  async play(scene) {
    const { faults, load, pipeline, seed } = scene
    const longAgoMs = Date.now() - 60 * DAY_MS
    const messages = Array.from({ length: MESSAGES }, (_, index) => ({
      id: `hist-${seed}-${index}`,
      from: '15550783880',
      to: '4915112345678',
      type: 'text',
      text: { body: 'x' },
      timestamp: String(Math.floor(longAgoMs / 1_000)),
    }))
    const echoes = cloudBody('smb_message_echoes', { message_echoes: messages })
    await appendRaw(scene, [{ body: echoes, partition: 0, receivedAtMs: longAgoMs }], 'imported')
    await untilSettled(pipeline.kafka, SETTLE_MS)
    await eventually(
      'the messages to be forgotten',
      async () => {
        await load.send({ count: 300 })
        const metrics = await pipeline.instance('timeline-processor').metrics()
        return readMetric(metrics, 'wa_timeline_expired_total') === MESSAGES
      },
      SETTLE_MS,
    )
    const historical = messages.map((one) => ({ ...one, history_context: { status: 'READ' } }))
    const history = cloudBody('history', {
      history: [{ metadata: {}, threads: [{ id: '4915112345678', messages: historical }] }],
    })
    await appendRaw(scene, [{ body: history, partition: 1, receivedAtMs: Date.now() }])
    faults.counted()
    await untilSettled(pipeline.kafka, SETTLE_MS)
    expect(await countMessages(scene)).toEqual({
      rows: MESSAGES,
      messages: MESSAGES,
      historical: MESSAGES,
    })
  },
})

async function countMessages({ pipeline, seed }: FaultScene): Promise<unknown> {
  const client = createClient({ url: pipeline.clickhouseUrl })
  const result = await client.query({
    query: `SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(message_id)) AS messages,
      toUInt32(countIf(historical)) AS historical
      FROM wa.messages WHERE startsWith(message_id, 'hist-${seed}-')`,
    format: 'JSONEachRow',
  })
  const [row] = await result.json()
  await client.close()
  return row
}
