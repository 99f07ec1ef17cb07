import { type ClickHouse } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'

const RECEIPTS_PER_QUERY_MAX = 500

export interface ReceiptRow {
  readonly receiptId: string
  readonly verdict: string
  readonly rawPartition: number
  readonly rawOffset: number
  /** Items that the decoder turned into events. */
  readonly events: number
  readonly deadLetters: number
}

/** What ClickHouse holds for one receipt. */
export interface StoredReceipt extends ReceiptRow {
  /** Distinct positions among the events stored. */
  readonly storedEvents: number
  readonly deadLetterReasons: readonly string[]
}

interface EventCountRow {
  readonly receiptId: string
  readonly storedEvents: number
}

interface ReasonRow {
  readonly receiptId: string
  readonly reasons: readonly string[]
}

export async function readReceipts(
  clickhouse: ClickHouse,
  options: {
    readonly receiptIds: readonly string[]
    /** None of them was received before. */
    readonly fromMs: number
    readonly generation: number
  },
): Promise<ReadonlyMap<string, StoredReceipt>> {
  const { receiptIds, fromMs, generation } = options
  const database = databaseName(generation)
  const found = new Map<string, StoredReceipt>()
  for (let from = 0; from < receiptIds.length; from += RECEIPTS_PER_QUERY_MAX) {
    const ids = receiptIds.slice(from, from + RECEIPTS_PER_QUERY_MAX)
    const params = { ids, fromMs }
    const [receipts, counts, reasons] = await Promise.all([
      clickhouse.query<ReceiptRow>(receiptsSql(database), params),
      clickhouse.query<EventCountRow>(eventCountsSql(database), params),
      clickhouse.query<ReasonRow>(reasonsSql(database), params),
    ])
    const countOf = new Map(counts.map((row) => [row.receiptId, row.storedEvents]))
    const reasonsOf = new Map(reasons.map((row) => [row.receiptId, row.reasons]))
    for (const row of receipts) {
      found.set(row.receiptId, {
        ...row,
        storedEvents: countOf.get(row.receiptId) ?? 0,
        deadLetterReasons: reasonsOf.get(row.receiptId) ?? [],
      })
    }
  }
  return found
}

const scope = `receipt_id IN {ids:Array(String)}
  AND received_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')`

function receiptsSql(database: string): string {
  // A receipt that Kafka holds twice has the same verdict twice.
  return `
    SELECT receipt_id AS receiptId, verdict, raw_partition AS rawPartition,
      raw_offset AS rawOffset, events, dead_letters AS deadLetters
    FROM ${database}.raw_webhooks FINAL
    WHERE ${scope}
    ORDER BY raw_partition, raw_offset
    LIMIT 1 BY receipt_id`
}

function eventCountsSql(database: string): string {
  return `
    SELECT receipt_id AS receiptId,
      uniqExact(raw_partition, raw_offset, item_index)
        / uniqExact(raw_partition, raw_offset) AS storedEvents
    FROM (
      SELECT receipt_id, raw_partition, raw_offset, item_index FROM ${database}.message_events
      WHERE ${scope}
    )
    GROUP BY receipt_id`
}

function reasonsSql(database: string): string {
  return `
    SELECT receipt_id AS receiptId, groupArray(reason) AS reasons
    FROM (
      SELECT receipt_id, reason FROM ${database}.dead_letters FINAL
      WHERE ${scope}
      ORDER BY partition, offset, item_index
    )
    GROUP BY receipt_id`
}
