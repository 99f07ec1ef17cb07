import { describe, expect, it } from '@jest/globals'
import { type ReaderName, topicNames } from '@wabastream/contracts'
import { type RejectedRecord } from '@wabastream/processing'
import {
  createAvroCodec,
  createInMemorySchemaStore,
  createRecordReader,
} from '@wabastream/schema-registry'
import { aStatus, createInMemorySink, toKafkaRecord } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { createReportedRunner } from './create-runner.ts'
import { createSinkMetrics } from './observation/sink-metrics.ts'
import { createSinkReport } from './observation/sink-report.ts'

const { deadLetters, events } = topicNames(1)
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const isPassing = { heartbeat: async () => {}, isStale: () => false }

/** What comes of a status that a service reads from a topic, where its sink may refuse all rows. */
async function run({
  service,
  topic,
  refuses = false,
}: {
  readonly service: ReaderName
  readonly topic: string
  readonly refuses?: boolean
}) {
  const codec = createAvroCodec({ store: createInMemorySchemaStore() })
  await codec.register()
  const registry = new Registry()
  const letters: RejectedRecord[] = []
  const sink = createInMemorySink({ toRow: () => 'row', refuses: () => refuses })
  const runner = createReportedRunner({
    service,
    sink,
    generation: 1,
    report: createSinkReport({ metrics: createSinkMetrics(registry, ['rows']), logger: silent }),
    limits: { batchRowsMax: 100, batchBytesMax: 1e6 },
    gather: { promptMs: 1 },
    schemaRetryMs: 20,
    confirmAfterMs: [],
    reader: createRecordReader(codec, () => {}),
    sendDeadLetters: async (_, records) => {
      letters.push(...records)
    },
    onBroken: () => {},
  })
  runner.attach({ commit: async () => {}, pause: () => {}, resume: () => {} })
  const { data, type } = aStatus('sent')
  const records = [toKafkaRecord(0, { key: null, value: codec.encode(type, data) })]
  const batch = { topic, partition: 0, records, fetchedOffset: 0, nextOffset: 1, endOffset: 1 }
  await runner.handlers.onBatch(batch, isPassing)
  await runner.drain()
  return {
    letters: letters.map(({ detail, reason }) => `${reason}: ${detail}`),
    rows: sink.rows(),
    metrics: await registry.metrics(),
  }
}

describe('a record', () => {
  it('becomes a row where the topology has the service read its kind', async () => {
    const { letters, rows } = await run({ service: 'clickhouse-sink', topic: events })
    expect([rows, letters]).toEqual([['row'], []])
  })

  it('becomes a dead letter where it belongs on none of the topics of the service', async () => {
    const { letters, rows } = await run({ service: 'decoder', topic: events })
    expect([rows, letters]).toEqual([
      [],
      ['schema_rejected: Error: there is no table for a MessageStatusChanged'],
    ])
  })

  it('becomes a dead letter, and is counted, where the sink refuses its row', async () => {
    const given = { service: 'clickhouse-sink', topic: events, refuses: true } as const
    const { letters, metrics } = await run(given)
    expect(letters).toEqual([expect.stringContaining('sink_rejected: rows: ')])
    expect(metrics).toContain('wa_sink_dead_letters_total{reason="sink_rejected"} 1')
  })

  it('stays in its topic, and is counted, where that is the topic of dead letters', async () => {
    const given = { service: 'clickhouse-sink', topic: deadLetters, refuses: true } as const
    const { letters, metrics } = await run(given)
    expect(letters).toEqual([])
    expect(metrics).toContain('wa_sink_dead_letters_without_row_total 1')
  })
})
