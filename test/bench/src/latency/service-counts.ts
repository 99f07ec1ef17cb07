import { createClickHouse } from '@wabastream/clickhouse'
import { type ServiceProcess } from '@wabastream/testing'

/** What a server is asked for: one request, transaction, insert or query each, by name. */
export type ServerCounts = Readonly<Record<string, number>>

const SERIES = {
  produces: /^wa_kafka_produce_batch_records_count\{/,
  fetches: /^wa_kafka_fetches_total\{/,
  transactions: /^wa_kafka_transactions_total\{.*outcome="committed"/,
  inserts: /^wa_sink_insert_duration_seconds_count\{/,
} as const

const TABLE = /\btable="([^"]*)"/

/** Over all services, since each began, and what ClickHouse has answered since it did. */
export async function readCounts(
  services: readonly ServiceProcess[],
  clickhouseUrl: string,
): Promise<ServerCounts> {
  const [selects, ...texts] = await Promise.all([
    countSelects(clickhouseUrl),
    ...services.map((service) => service.metrics()),
  ])
  return { ...countSeries(texts.join('\n')), selects }
}

/** Inserts are counted for each table, too, as `inserts of <table>`. */
export function countSeries(metricsText: string): ServerCounts {
  const counts: Record<string, number> = {}
  const add = (name: string, count: number): void => {
    counts[name] = (counts[name] ?? 0) + count
  }
  for (const [name, series] of Object.entries(SERIES)) {
    add(name, 0)
    for (const line of metricsText.split('\n').filter((one) => series.test(one))) {
      const count = Number(line.slice(line.lastIndexOf(' ') + 1))
      const table = TABLE.exec(line)?.[1]
      add(name, count)
      if (table !== undefined) add(`${name} of ${table}`, count)
    }
  }
  return counts
}

export function perSecond(
  before: ServerCounts,
  after: ServerCounts,
  seconds: number,
): ServerCounts {
  return Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, (count - (before[name] ?? 0)) / seconds]),
  )
}

/** Those of the views' upkeep and of the bench are among them. */
async function countSelects(url: string): Promise<number> {
  const client = createClickHouse({ url })
  const rows = await client.query<{ readonly selects: number }>(
    `SELECT toFloat64(sum(value)) AS selects FROM system.events WHERE event = 'SelectQuery'`,
  )
  await client.close()
  return rows[0]?.selects ?? 0
}
