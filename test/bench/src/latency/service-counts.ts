import { type ServiceProcess } from '@wabastream/testing'

/** What a server is asked for: one request, transaction or insert each. */
export interface ServerCounts {
  readonly produces: number
  readonly fetches: number
  readonly transactions: number
  readonly inserts: number
}

const SERIES = {
  produces: /^wa_kafka_produce_batch_records_count\{/,
  fetches: /^wa_kafka_fetches_total\{/,
  transactions: /^wa_kafka_transactions_total\{.*outcome="committed"/,
  inserts: /^wa_sink_insert_duration_seconds_count\{/,
} as const satisfies Record<keyof ServerCounts, RegExp>

/** Over all services, since each began. */
export async function readCounts(services: readonly ServiceProcess[]): Promise<ServerCounts> {
  const texts = await Promise.all(services.map((service) => service.metrics()))
  return countSeries(texts.join('\n'))
}

export function countSeries(metricsText: string): ServerCounts {
  const lines = metricsText.split('\n')
  const sum = (series: RegExp): number =>
    lines
      .filter((line) => series.test(line))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  return {
    produces: sum(SERIES.produces),
    fetches: sum(SERIES.fetches),
    transactions: sum(SERIES.transactions),
    inserts: sum(SERIES.inserts),
  }
}

export function perSecond(
  before: ServerCounts,
  after: ServerCounts,
  seconds: number,
): ServerCounts {
  return {
    produces: (after.produces - before.produces) / seconds,
    fetches: (after.fetches - before.fetches) / seconds,
    transactions: (after.transactions - before.transactions) / seconds,
    inserts: (after.inserts - before.inserts) / seconds,
  }
}
