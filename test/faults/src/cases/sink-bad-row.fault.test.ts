// Goal: one row that ClickHouse can't read costs nothing but itself. Method: put 10 000 events, one
// of them bad, into one partition, and count rows, dead letters and inserts.
import { expect } from '@jest/globals'
import { createClient } from '@clickhouse/client'
import { topicNames } from '@wabastream/contracts'
import { untilSettled } from '@wabastream/end-to-end'
import { createAvroCodec } from '@wabastream/schema-registry'
import { aReceivedMessage, anEnvelope } from '@wabastream/testing'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'

const EVENTS = 10_000
const BAD = 6_789
const PARTITION = 0
const SETTLE_MS = 120_000

faultCase(import.meta.url, {
  title: 'takes the one bad row of 10 000 out of its batch, within a bounded number of inserts',
  pipeline: { cluster: 'single' },
  deadlineMs: 240_000,
  settles: false,
  async play(scene) {
    const { faults, pipeline } = scene
    await appendEvents(scene)
    faults.counted()
    await untilSettled(pipeline.kafka, SETTLE_MS)
    const rows = await count(scene, 'wa_g1.message_events FINAL')
    const letters = await count(scene, "wa_g1.dead_letters FINAL WHERE reason = 'sink_rejected'")
    faults.measure({ rows, letters })
    expect({ rows, letters }).toEqual({ rows: EVENTS - 1, letters: 1 })
    expect(await different(scene, 'raw_offset')).toBe(EVENTS - 1)
    expect(await different(scene, 'message_id')).toBe(EVENTS - 1)
    const failed = /wa_sink_insert_failures_total\{[^}]*cause="bad_rows"[^}]*\} (\d+)/.exec(
      await pipeline.instance('clickhouse-sink').metrics(),
    )?.[1]
    expect(Number(failed)).toBeGreaterThan(0)
    // Each halving fails once more, and the first failure may be that of a group of batches; the
    // row alone is tried twice more before it is held to be bad.
    expect(Number(failed)).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(EVENTS)) + 2)
  },
})

/** Like a decoder's, except for a raw offset that no column takes. */
async function appendEvents({ pipeline, seed }: FaultScene): Promise<void> {
  const codec = createAvroCodec({ url: pipeline.schemaRegistryUrl })
  await codec.register()
  const records = Array.from({ length: EVENTS }, (_, index) => {
    const event = aReceivedMessage({
      messageId: `wamid.${seed}.${index}`,
      envelope: anEnvelope({ rawOffset: index === BAD ? -1 : index, receivedAt: Date.now() }),
    })
    return { key: null, value: codec.encode(event.type, event.data) }
  })
  const producer = pipeline.kafka.chainedProducer()
  await producer.send({ topic: topicNames(1).events, partition: PARTITION }, records)
  await producer.close()
}

/** Events of this many raw offsets, so that each is a different one. */
async function different(scene: FaultScene, column: string): Promise<number> {
  return await count(scene, `(SELECT DISTINCT ${column} FROM wa_g1.message_events)`)
}

async function count({ pipeline }: FaultScene, what: string): Promise<number> {
  const client = createClient({ url: pipeline.clickhouseUrl })
  const result = await client.query({
    query: `SELECT toUInt32(count()) AS count FROM ${what}`,
    format: 'JSONEachRow',
  })
  const [row] = await result.json<{ readonly count: number }>()
  await client.close()
  return row?.count ?? -1
}
