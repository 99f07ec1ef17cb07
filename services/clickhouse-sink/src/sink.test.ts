import { describe, expect, it } from '@jest/globals'
import {
  type AnchorDay,
  createClickHouseSink,
  tableNames,
  toTimelineRow,
} from '@wabastream/clickhouse'
import { type MessageTimeline } from '@wabastream/contracts'
import { evolve, initialTimeline } from '@wabastream/domain'
import {
  createAvroCodec,
  createInMemorySchemaStore,
  createRecordReader,
} from '@wabastream/schema-registry'
import { aStatus, toKafkaRecord } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { createReportedRunner, createSinkMetrics, createSinkReport } from '@wabastream/sink-service'

const DAY_MS = 86_400_000
/** When every record was appended. */
const APPENDED_MS = 1_700_000_000_000

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * The rows that are written for a timeline at an offset, when the only existing row is that of
 * `anchor`.
 */
async function rowsOf(
  offset: number,
  timeline: MessageTimeline,
  anchor: AnchorDay,
): Promise<unknown[]> {
  const codec = createAvroCodec({ store: createInMemorySchemaStore() })
  await codec.register()
  const rows: unknown[] = []
  const sink = createReportedRunner({
    service: 'clickhouse-sink',
    generation: 1,
    report: createSinkReport({
      metrics: createSinkMetrics(new Registry(), tableNames),
      logger: silent,
    }),
    sink: createClickHouseSink({
      client: {
        async query<T>(): Promise<readonly T[]> {
          return JSON.parse(JSON.stringify([anchor]))
        },
        async insert(_, lines) {
          rows.push(...lines.map((line) => JSON.parse(Buffer.from(line).toString())))
        },
      },
      database: 'wa_g1',
      expiryDays: 45,
    }),
    limits: { batchRowsMax: 100, batchBytesMax: 1e6 },
    gather: { promptMs: 1 },
    schemaRetryMs: 20,
    reader: createRecordReader(codec, () => {}),
    sendDeadLetters: async () => {},
    onBroken: () => {},
  })
  sink.attach({ commit: async () => {}, pause: () => {}, resume: () => {} })
  const value = codec.encode('MessageTimeline', timeline)
  const record = toKafkaRecord(offset, { key: null, value, timestampMs: APPENDED_MS })
  await sink.handlers.onBatch(
    {
      topic: 't',
      partition: 0,
      records: [record],
      fetchedOffset: offset,
      nextOffset: offset + 1,
      endOffset: offset + 1,
    },
    { heartbeat: async () => {}, isStale: () => false },
  )
  await sink.drain()
  return rows
}

describe('a timeline', () => {
  it.each([
    ['takes the day of the row that exists, begun anywhere but at the start', 10, 19_700],
    ['has seen all there was, begun at the start', 0, 19_600],
  ])('%s', async (_, offset, anchorDay) => {
    const receivedAt = 19_600 * DAY_MS
    const sent = aStatus('sent', { receivedAt, providerTime: receivedAt })
    const data = evolve(initialTimeline(sent), sent)
    expect(APPENDED_MS - receivedAt).toBeGreaterThan(45 * DAY_MS)
    const rows = await rowsOf(offset, data, { ...data, anchorDay: 19_700 })
    expect(rows).toEqual([toTimelineRow(data, anchorDay)])
  })
})
