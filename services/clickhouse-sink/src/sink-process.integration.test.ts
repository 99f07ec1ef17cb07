import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { tableNames } from '@wabastream/clickhouse'
import { aStatus, eventually, type ServiceProcess, startServiceProcess } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { createSinkMetrics } from '@wabastream/sink-service'
import { assertTables } from './start-checks.ts'
import { createTestPipeline, PARTITIONS, type TestPipeline } from './test-pipeline.fixture.ts'

const BATCHES = 40
const EVENTS_PER_BATCH = 250

describe('the sink as a process', () => {
  let pipeline: TestPipeline
  beforeAll(async () => {
    pipeline = await createTestPipeline()
  }, 60_000)
  afterAll(() => pipeline.drop())

  const logFile = join(mkdtempSync(join(tmpdir(), 'sink-process-')), 'sink.log')
  const start = (): Promise<ServiceProcess> =>
    startServiceProcess({
      service: 'clickhouse-sink',
      logFile,
      env: {
        KAFKA_BROKERS: pipeline.stack.brokers.join(','),
        CLICKHOUSE_URL: pipeline.stack.clickhouseUrl,
        SCHEMA_REGISTRY_URL: pipeline.stack.schemaRegistryUrl,
        GENERATION: String(pipeline.generation),
        PARTITIONS: String(PARTITIONS),
      },
    })
  /** A fact of its own: the view shows what is repeated once. */
  const sentAt = (rawOffset: number) =>
    aStatus('sent', { rawOffset, eventId: `event ${rawOffset}` })
  const stored = async () => {
    const [row] = await pipeline.select<{ readonly events: number }>(
      'uniqExact(raw_offset) AS events',
      'message_events',
    )
    return row?.events ?? 0
  }

  it('loses no row and shows none twice when it is killed under load', async () => {
    let sink = await start()
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const events = Array.from({ length: EVENTS_PER_BATCH }, (_, index) =>
        sentAt(batch * EVENTS_PER_BATCH + index),
      )
      await pipeline.publish(pipeline.topics.events, batch % PARTITIONS, events)
      if (batch !== BATCHES / 2) continue
      await eventually('rows before the kill', async () => (await stored()) > 0)
      await sink.kill()
      sink = await start()
    }
    await eventually('every event', async () => (await stored()) === BATCHES * EVENTS_PER_BATCH)
    expect(await pipeline.select('count() AS rows', 'message_events')).toEqual([
      { rows: BATCHES * EVENTS_PER_BATCH },
    ])
    expect(await sink.metrics()).toContain('wa_sink_ingest_to_row_seconds')
    expect(await sink.stop()).toBe(0)
    expect(readFileSync(logFile, 'utf8')).not.toContain('"level":"error"')
  }, 120_000)

  it('commits the end of what it read when it is asked to stop', async () => {
    const sink = await start()
    await pipeline.publish(pipeline.topics.events, 0, [sentAt(1_000_000)])
    await eventually('the row', async () => (await stored()) === BATCHES * EVENTS_PER_BATCH + 1)
    expect(await sink.stop()).toBe(0)
    const { kafka, generation, topics } = pipeline
    const committed = await kafka.admin.committedOffsets(
      `clickhouse-sink.g${generation}`,
      topics.events,
    )
    expect(committed).toEqual(await kafka.admin.endOffsets(topics.events))
  }, 60_000)

  it('waits for missing tables and raises the alarm for each', async () => {
    const { client, database, generation } = pipeline
    const registry = new Registry()
    const metrics = createSinkMetrics(registry, tableNames)
    await client.command(`ALTER TABLE ${database}.errors DROP COLUMN href`)
    await expect(assertTables(client, generation, metrics)).rejects.toThrow('errors.href')
    const text = await registry.metrics()
    expect(text).toContain('wa_sink_stopped{table="errors"} 1')
    expect(text).toContain('wa_sink_stopped{table="message_events"} 0')
  })
})
