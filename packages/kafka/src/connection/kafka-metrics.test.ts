import { describe, expect, it } from '@jest/globals'
import { Registry } from 'prom-client'
import { toCompressionNumber } from '../wire/records/compression.ts'
import { produceRequest } from '../wire/records/produce-request.ts'
import { createKafkaMetrics } from './kafka-metrics.ts'

async function shown(
  lagRecords: number,
  receivedAtMs: number | null,
): Promise<Record<string, number>> {
  const registry = new Registry()
  const progress = {
    topic: 't',
    partition: 0,
    position: 5,
    endOffset: 5 + lagRecords,
    lagRecords,
    receivedAtMs,
    isHalted: false,
  }
  createKafkaMetrics(registry).watchLag('g', () => [progress])
  const all = await registry.getMetricsAsJSON()
  return Object.fromEntries(
    all
      .filter(({ name }) => name.startsWith('wa_kafka_consumer'))
      .flatMap(({ name, values }) =>
        values.map(({ value }) => [name.replace('wa_kafka_consumer_', ''), value]),
      ),
  )
}

describe('lag', () => {
  it('has no age while records of unknown age wait', async () => {
    expect(await shown(7, null)).toEqual({ lag_records: 7, position_offset: 5 })
  })

  it('is 0 if nothing waits, however old the last record is', async () => {
    const none = { lag_records: 0, lag_seconds: 0, position_offset: 5 }
    expect(await shown(0, null)).toEqual(none)
    expect(await shown(0, 1)).toEqual(none)
  })

  it('is as old as the event that waits', async () => {
    const { lag_seconds: age } = await shown(7, Date.now() - 60_000)
    expect(age).toBeGreaterThanOrEqual(60)
  })
})

describe('bytes produced', () => {
  it('are counted before and after packing', async () => {
    const registry = new Registry()
    createKafkaMetrics(registry)
    const messages = [{ value: Buffer.alloc(10_000, 'webhook ') }]
    const topicData = [{ topic: 'packed', partitions: [{ partition: 0, messages }] }]
    const compression = toCompressionNumber({ codec: 'zstd', level: 1 })
    await produceRequest({ acks: -1, timeout: 1, compression, topicData }).encode()
    const counted = await registry.getSingleMetric('wa_kafka_produced_bytes_total')?.get()
    const bytes = Object.fromEntries(
      (counted?.values ?? []).map(({ labels, value }) => [labels['form'], value]),
    )
    expect(bytes['plain']).toBeGreaterThan(10_000)
    expect(bytes['sent']).toBeLessThan(200)
    expect(bytes['sent']).toBeGreaterThan(0)
  })
})
