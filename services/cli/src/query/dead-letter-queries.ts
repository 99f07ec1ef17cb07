import { type ClickHouse } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'

export interface DeadLetterRow {
  /** `partition-offset` in the dead-letters topic. */
  readonly id: string
  readonly reason: string
  readonly detail: string
  readonly stage: string
  readonly generation: number
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly itemIndex: number
  readonly receiptId: string
  readonly channel: string
  readonly receivedAt: number
  readonly attempts: number
  readonly bytes: number
}

export interface DeadLetterFilter {
  readonly reason?: string
  readonly channel?: string
  readonly limit: number
}

const columns = `
  concat(toString(letter_partition), '-', toString(letter_offset)) AS id, reason, detail, stage,
  generation, topic, partition, offset, item_index AS itemIndex, receipt_id AS receiptId, channel,
  toUnixTimestamp64Milli(received_at) AS receivedAt, attempts, length(body) AS bytes`

/** The newest first. */
export function listDeadLetters(
  clickhouse: ClickHouse,
  filter: DeadLetterFilter & { readonly generation: number },
): Promise<readonly DeadLetterRow[]> {
  const { reason = '', channel = '', limit, generation } = filter
  return clickhouse.query<DeadLetterRow>(`
    SELECT ${columns}
    FROM ${databaseName(generation)}.dead_letters FINAL
    WHERE generation = {generation:UInt32}
      AND ({reason:String} = '' OR reason = {reason:String})
      AND ({channel:String} = '' OR channel = {channel:String})
    ORDER BY received_at DESC, letter_partition, letter_offset DESC
    LIMIT {limit:UInt32}`, { reason, channel, limit, generation })
}

export interface DeadLetterWithBody extends DeadLetterRow {
  readonly body: Buffer
}

/** Undefined when there is none with that id. */
export async function readDeadLetter(
  clickhouse: ClickHouse,
  options: { readonly partition: number; readonly offset: number; readonly generation: number },
): Promise<DeadLetterWithBody | undefined> {
  const { partition, offset, generation } = options
  const [row] = await clickhouse.query<DeadLetterRow & { readonly base64: string }>(`
    SELECT ${columns}, base64Encode(body) AS base64
    FROM ${databaseName(generation)}.dead_letters FINAL
    WHERE letter_partition = {partition:UInt32} AND letter_offset = {offset:UInt64}
    LIMIT 1`, { partition, offset })
  if (row === undefined) return undefined
  const { base64, ...rest } = row
  return { ...rest, body: Buffer.from(base64, 'base64') }
}
