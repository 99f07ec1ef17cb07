import { describe, expect, it } from '@jest/globals'
import { bucketsBetween, countOf, parseRowLatencies, quantileMs } from './row-latency.ts'

const text = `# HELP wa_sink_ingest_to_row_seconds from the acceptance of a webhook to its row
# TYPE wa_sink_ingest_to_row_seconds histogram
wa_sink_ingest_to_row_seconds_bucket{le="0.1",service="clickhouse-sink",table="message_events"} 50
wa_sink_ingest_to_row_seconds_bucket{le="0.2",service="clickhouse-sink",table="message_events"} 90
wa_sink_ingest_to_row_seconds_bucket{le="+Inf",service="clickhouse-sink",table="message_events"} 100
wa_sink_ingest_to_row_seconds_sum{service="clickhouse-sink",table="message_events"} 12.5
wa_sink_batch_rows_bucket{le="1",table="message_events"} 7
`
const buckets = parseRowLatencies(text).get('message_events') ?? new Map<number, number>()

describe('row latencies', () => {
  it('are read from the metrics of the sink, by table', () => {
    expect([...parseRowLatencies(text).keys()]).toEqual(['message_events'])
    expect([...buckets]).toEqual([
      [0.1, 50],
      [0.2, 90],
      [Infinity, 100],
    ])
    expect(countOf(buckets)).toBe(100)
  })

  it('give quantiles within their bucket', () => {
    expect(quantileMs(buckets, 0.25)).toBeCloseTo(50)
    expect(quantileMs(buckets, 0.7)).toBeCloseTo(150)
    expect(quantileMs(buckets, 0.99)).toBeCloseTo(200)
    expect(quantileMs(new Map(), 0.5)).toBe(0)
  })

  it('can be computed for the time between two readings', () => {
    const since = bucketsBetween(
      new Map([
        [0.1, 50],
        [0.2, 50],
        [Infinity, 50],
      ]),
      buckets,
    )
    expect([...since.values()]).toEqual([0, 40, 50])
    expect(quantileMs(since, 0.4)).toBeCloseTo(150)
  })
})
