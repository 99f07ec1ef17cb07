import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startTraceCollector, toKafkaRecord, type TraceCollector } from '@wabastream/testing'
import { openTracing } from './open-tracing.ts'
import { type Tracing } from './tracing.ts'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN_ID = '00f067aa0ba902b7'
const SAMPLED = `00-${TRACE_ID}-${SPAN_ID}-01`
const NOT_SAMPLED = `00-${TRACE_ID}-${SPAN_ID}-00`

let collector: TraceCollector
const errors: unknown[] = []

beforeEach(async () => {
  collector = await startTraceCollector()
  errors.length = 0
})

afterEach(() => collector.close())

function open(ratio: number, endpoint: string | undefined = collector.endpoint): Promise<Tracing> {
  const onError = (error: unknown): void => {
    errors.push(error)
  }
  return openTracing({ serviceName: 'wabastream-test', endpoint, ratio, onError })
}

function begin(tracing: Tracing, traceparent?: string) {
  return tracing.beginRequest?.({
    traceparent,
    startedAtMs: Date.now(),
    channel: 'main',
    receiptId: 'r-1',
  })
}

function batchOf(traceparents: readonly (string | undefined)[]) {
  const records = traceparents.map((traceparent, offset) =>
    toKafkaRecord(offset, {
      key: null,
      value: null,
      ...(traceparent !== undefined && { headers: { traceparent } }),
    }),
  )
  return { topic: 'events', partition: 3, records }
}

describe('tracing', () => {
  it('is off without a collector', async () => {
    const tracing = await openTracing({
      serviceName: 'x',
      endpoint: undefined,
      ratio: 1,
      onError: () => {},
    })
    expect(tracing.beginRequest).toBeUndefined()
    expect(tracing.beginTraces).toBeUndefined()
  })

  it("continues the client's trace, and hands it to the next stage", async () => {
    const tracing = await open(0)
    const request = begin(tracing, SAMPLED)
    expect(request?.traceparent).toMatch(
      new RegExp(`^00-${TRACE_ID}-(?!${SPAN_ID})[0-9a-f]{16}-01$`),
    )
    const batch = batchOf([undefined, request?.traceparent, NOT_SAMPLED, 'junk'])
    const traces = tracing.beginTraces?.(batch)
    const handedOn = batch.records.map((record) => traces?.traceparentOf(record))
    expect(handedOn.map((traceparent) => traceparent?.split('-')[1])).toEqual([
      undefined,
      TRACE_ID,
      undefined,
      undefined,
    ])
    traces?.end()
    request?.end({ status: 200, outcome: 'acked' })
    await tracing.close()
    const [consumed, received] = collector.spans
    expect(received).toMatchObject({
      service: 'wabastream-test',
      traceId: TRACE_ID,
      parentSpanId: SPAN_ID,
      failed: false,
      attributes: {
        'http.response.status_code': 200,
        'wabastream.outcome': 'acked',
        'wabastream.channel': 'main',
        'wabastream.receipt_id': 'r-1',
      },
    })
    expect(consumed).toMatchObject({
      name: 'process events',
      traceId: TRACE_ID,
      parentSpanId: received?.spanId,
      attributes: { 'messaging.destination.name': 'events', 'messaging.kafka.offset': 1 },
    })
  })

  it('begins traces for the share that is configured', async () => {
    const [all, none] = [await open(1), await open(0)]
    expect(begin(all)?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(begin(all, 'junk')).toBeDefined()
    expect(begin(none)).toBeUndefined()
    expect(begin(all, NOT_SAMPLED)).toBeUndefined()
    await Promise.all([all.close(), none.close()])
  })

  it('costs a batch without traces nothing more', async () => {
    const tracing = await open(1)
    expect(tracing.beginTraces?.(batchOf([undefined, undefined]))).toBeUndefined()
    await tracing.close()
  })

  it('marks what failed', async () => {
    const tracing = await open(1)
    const request = begin(tracing)
    const traces = tracing.beginTraces?.(batchOf([request?.traceparent]))
    traces?.end(new Error('Kafka is away'))
    request?.end({ status: 503, outcome: 'timed_out' })
    await tracing.close()
    expect(collector.spans.map(({ failed }) => failed)).toEqual([true, true])
  })

  it('drops spans that nobody takes, and says so', async () => {
    const tracing = await open(1, 'http://127.0.0.1:9')
    begin(tracing)?.end({ status: 200, outcome: 'acked' })
    await tracing.close()
    expect(errors.length).toBeGreaterThan(0)
  }, 20_000)
})
