import { type ClickHouseClient } from '@clickhouse/client'
import { type RowCounts } from '@wabastream/testing'

/** What identifies a row, besides its position in the raw topic. */
const identities = {
  raw_webhooks: [],
  message_events: ['item_index', 'event_type'],
  errors: ['item_index', 'error_index'],
  account_events: ['item_index'],
} as const

type Table = keyof typeof identities

export interface RowJudgement {
  /** In words; both are empty if every row is there once. */
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
}

/** Number of rows of one raw record in a table, as a reader sees them, and of distinct ones. */
interface Place {
  readonly raw_partition: number
  readonly raw_offset: number
  readonly rows: number
  readonly different: number
}

/**
 * Compares the rows of each webhook with what its body says. `expected` is by receipt; a record
 * with an unknown receipt may have no row twice.
 */
export async function judgeRows(
  client: ClickHouseClient,
  database: string,
  expected: ReadonlyMap<string, RowCounts>,
): Promise<RowJudgement> {
  const lost: string[] = []
  const doubled: string[] = []
  const receipts = await readReceipts(client, database)
  for (const table of ['raw_webhooks', 'message_events', 'errors', 'account_events'] as const) {
    const places = await readPlaces(client, database, table)
    for (const [place, { rows, different }] of places) {
      if (rows > different) doubled.push(`${table} of ${place}: ${rows} rows for ${different}`)
      if (!receipts.has(place)) doubled.push(`${table} of ${place}: rows of no webhook`)
    }
    if (table === 'raw_webhooks') continue
    for (const [place, receipt] of receipts) {
      const wanted = expected.get(receipt)?.[table]
      const { different } = places.get(place) ?? { different: 0 }
      if (wanted === undefined || different === wanted) continue
      const list = different < wanted ? lost : doubled
      list.push(`${table} of ${place}: ${different} for ${wanted} of receipt ${receipt}`)
    }
  }
  return { lost, doubled }
}

/** By place in the raw topic. */
async function readReceipts(
  client: ClickHouseClient,
  database: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await readRows<Place & { readonly receipt_id: string }>(
    client,
    `
    SELECT raw_partition, toUInt32(raw_offset) AS raw_offset, receipt_id
    FROM ${database}.raw_webhooks FINAL ORDER BY raw_partition, raw_offset`,
  )
  return new Map(rows.map((row) => [nameOf(row), row.receipt_id]))
}

async function readPlaces(
  client: ClickHouseClient,
  database: string,
  table: Table,
): Promise<ReadonlyMap<string, Place>> {
  const columns = ['t.raw_partition', 't.raw_offset', ...identities[table]].join(', ')
  const rows = await readRows<Place>(
    client,
    `
    SELECT raw_partition, toUInt32(t.raw_offset) AS raw_offset, toUInt32(count()) AS rows,
      toUInt32(uniqExact(${columns})) AS different
    FROM ${database}.${table} AS t FINAL GROUP BY raw_partition, t.raw_offset`,
  )
  return new Map(rows.map((row) => [nameOf(row), row]))
}

function nameOf(place: Pick<Place, 'raw_partition' | 'raw_offset'>): string {
  return `raw ${place.raw_partition} @ ${place.raw_offset}`
}

async function readRows<Row>(client: ClickHouseClient, query: string): Promise<readonly Row[]> {
  const result = await client.query({ query, format: 'JSONEachRow' })
  return await result.json<Row>()
}
