import { describe, expect, it } from '@jest/globals'
import { createAvroCodec, createInMemorySchemaStore } from '@wabastream/schema-registry'
import { Registry } from 'prom-client'
import { decodeBatch } from '@wabastream/decoding'
import { createDecoderMetrics } from './decoder-metrics.ts'
import { rawBatch, RECEIVED_AT, status, webhook } from '@wabastream/testing'

describe('metrics of the decoder', () => {
  it('say what became of a batch', async () => {
    const codec = createAvroCodec({ store: createInMemorySchemaStore() })
    await codec.register()
    const registry = new Registry()
    const observe = createDecoderMetrics(registry)
    const batch = rawBatch([webhook({ statuses: [status('a'), 1] }), 'no JSON'])
    const decoded = decodeBatch(batch, { codec, partitions: 1, generation: 1 })
    observe({ ...decoded, durableAtMs: RECEIVED_AT + 20, seconds: 0.01 })
    const text = await registry.metrics()
    for (const line of [
      'wa_decoder_webhooks_total{verdict="partial"} 1',
      'wa_decoder_webhooks_total{verdict="undecodable"} 1',
      'wa_decoder_events_total{type="MessageStatusChanged"} 1',
      'wa_decoder_dead_letters_total{reason="item_invalid"} 1',
      'wa_decoder_dead_letters_total{reason="not_json"} 1',
      'wa_decoder_received_at_problems_total{problem="behind"} 0',
      'wa_decoder_stage_latency_seconds_count{stage="provider_to_ingest"} 1',
      'wa_decoder_stage_latency_seconds_bucket{le="0.01",stage="ingest_to_event"} 0',
      'wa_decoder_stage_latency_seconds_bucket{le="0.05",stage="ingest_to_event"} 2',
    ])
      expect(text).toContain(line)
  })
})
