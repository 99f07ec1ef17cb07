import { describe, expect, it } from '@jest/globals'
import { countSeries, perSecond } from './service-counts.ts'

const text = `# TYPE wa_kafka_transactions_total counter
wa_kafka_transactions_total{outcome="committed",service="a"} 7
wa_kafka_transactions_total{outcome="failed",service="a"} 2
wa_kafka_produce_batch_records_bucket{le="1",topic="t"} 4
wa_kafka_produce_batch_records_count{topic="t"} 5
wa_kafka_produce_batch_records_count{topic="u"} 6
wa_kafka_fetches_total{group="g"} 9
wa_sink_insert_duration_seconds_count{table="x"} 3
wa_sink_insert_duration_seconds_sum{table="x"} 0.5
wa_sink_insert_duration_seconds_count{table="y"} 1`

describe('countSeries', () => {
  it('sums over labels, without buckets and failed transactions, and inserts by table', () => {
    expect(countSeries(text)).toEqual({
      produces: 11,
      fetches: 9,
      transactions: 7,
      inserts: 4,
      'inserts of x': 3,
      'inserts of y': 1,
    })
  })
})

describe('perSecond', () => {
  it('is the growth by time', () => {
    const before = countSeries('')
    expect(perSecond(before, countSeries(text), 2)).toMatchObject({
      produces: 5.5,
      inserts: 2,
      'inserts of x': 1.5,
    })
  })
})
