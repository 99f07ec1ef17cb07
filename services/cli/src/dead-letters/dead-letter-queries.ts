import { type ClickHouse } from '@wabastream/clickhouse'
import { databaseName, type DeadLetter } from '@wabastream/contracts'

export interface DeadLetterRow {
  /** `partition-offset` in the dead-letters topic. */
  readonly id: string
  readonly reason: DeadLetter['reason']
  readonly detail: string
  readonly stage: DeadLetter['stage']
  /** Of the forwarder's letters; empty for all others. */
  readonly destination: string
  readonly generation: number
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly itemIndex: number
  readonly receiptId: string
  readonly channel: string
  readonly receivedAt: number
  readonly attempts: number
  readonly firstSeenAt: number | null
  readonly redrivenAt: number | null
  readonly state: 'open' | 'redriven'
  readonly letterPartition: number
  readonly bytes: number
}

export interface LetterId {
  readonly partition: number
  readonly offset: number
}

export interface DeadLetterFilter {
  readonly reason?: string
  readonly channel?: string
  readonly stage?: string
  readonly destination?: string
  readonly state?: string
  /** When the webhook was accepted, in milliseconds since 1970. */
  readonly sinceMs?: number
  readonly untilMs?: number
  /** Only those with these ids. */
  readonly ids?: readonly LetterId[]
  readonly limit: number
  /** The newest first by default. */
  readonly order?: 'newest' | 'least tried'
}

/** Letters of a generation, and those of the forwarder, which are of none. */
type OfGeneration = DeadLetterFilter & { readonly generation: number }

const columns = `
  concat(toString(letter_partition), '-', toString(letter_offset)) AS id, reason, detail, stage,
  destination, generation, topic, partition, offset, item_index AS itemIndex,
  receipt_id AS receiptId, channel,
  toUnixTimestamp64Milli(received_at) AS receivedAt, attempts,
  toUnixTimestamp64Milli(first_seen_at) AS firstSeenAt,
  toUnixTimestamp64Milli(redriven_at) AS redrivenAt,
  if(redriven_at IS NULL, 'open', 'redriven') AS state, letter_partition AS letterPartition,
  length(body) AS bytes`

/** What the forwarder's letters bear. */
const NO_GENERATION = 0

const TIME_MAX_MS = 4_000_000_000_000

export function listDeadLetters(
  clickhouse: ClickHouse,
  filter: OfGeneration,
): Promise<readonly DeadLetterRow[]> {
  const { where, params } = toCondition(filter)
  return clickhouse.query<DeadLetterRow>(
    `
    SELECT ${columns}
    FROM ${databaseName(filter.generation)}.dead_letters FINAL
    WHERE ${where}
    ORDER BY ${filter.order === 'least tried' ? 'attempts, ' : ''}received_at DESC,
      letter_partition, letter_offset DESC
    LIMIT {limit:UInt32}`,
    { ...params, limit: filter.limit },
  )
}

/** How many there are, regardless of the limit. */
export async function countDeadLetters(
  clickhouse: ClickHouse,
  filter: OfGeneration,
): Promise<number> {
  const { where, params } = toCondition(filter)
  const [row] = await clickhouse.query<{ readonly letters: number }>(
    `
    SELECT count() AS letters FROM ${databaseName(filter.generation)}.dead_letters FINAL
    WHERE ${where}`,
    params,
  )
  return row?.letters ?? 0
}

function toCondition(filter: OfGeneration) {
  const { reason = '', channel = '', stage = '', state = '', destination = '' } = filter
  const { generation, ids } = filter
  const { sinceMs = 0, untilMs = TIME_MAX_MS } = filter
  const places = ids?.map(({ partition, offset }) => `(${partition}, ${offset})`)
  const where = `generation IN ({generation:UInt32}, ${NO_GENERATION})
      AND ({reason:String} = '' OR reason = {reason:String})
      AND ({channel:String} = '' OR channel = {channel:String})
      AND ({stage:String} = '' OR stage = {stage:String})
      AND ({destination:String} = '' OR destination = {destination:String})
      AND ({state:String} = '' OR if(redriven_at IS NULL, 'open', 'redriven') = {state:String})
      AND toUnixTimestamp64Milli(received_at) >= {sinceMs:Int64}
      AND toUnixTimestamp64Milli(received_at) < {untilMs:Int64}
      ${
        places === undefined
          ? ''
          : `AND (letter_partition, letter_offset) IN (${places.join(', ')})`
      }`
  return {
    where,
    params: { reason, channel, stage, state, destination, sinceMs, untilMs, generation },
  }
}

export interface DeadLetterWithBody extends DeadLetterRow {
  readonly body: Buffer
}

/** Undefined if there is none with that id. */
export async function readDeadLetter(
  clickhouse: ClickHouse,
  { partition, offset, generation }: LetterId & { readonly generation: number },
): Promise<DeadLetterWithBody | undefined> {
  const [letter] = await readLetters(
    clickhouse,
    generation,
    `letter_partition = ${partition} AND letter_offset = ${offset}`,
  )
  return letter
}

/** The open letters of the same stage about the same record, with their bytes. */
export function readOpenLettersOf(
  clickhouse: ClickHouse,
  live: number,
  { destination, offset, partition, stage, topic }: DeadLetterRow,
): Promise<readonly DeadLetterWithBody[]> {
  return readLetters(
    clickhouse,
    live,
    `topic = {topic:String} AND stage = {stage:String} AND destination = {destination:String}
    AND partition = ${partition} AND offset = ${offset} AND redriven_at IS NULL`,
    { topic, stage, destination },
  )
}

/** The open letters of the sink about events of a webhook, with their bytes. */
export function readSinkLettersOf(
  clickhouse: ClickHouse,
  {
    generation,
    receiptId,
    topic,
  }: {
    readonly generation: number
    readonly receiptId: string
    readonly topic: string
  },
): Promise<readonly DeadLetterWithBody[]> {
  if (receiptId === '') return Promise.resolve([])
  return readLetters(
    clickhouse,
    generation,
    `stage = 'clickhouse-sink' AND topic = {topic:String}
    AND receipt_id = {receiptId:String} AND redriven_at IS NULL`,
    { topic, receiptId },
  )
}

async function readLetters(
  clickhouse: ClickHouse,
  ...[generation, condition, params = {}]: readonly [number, string, Record<string, string>?]
): Promise<readonly DeadLetterWithBody[]> {
  const rows = await clickhouse.query<DeadLetterRow & { readonly base64: string }>(
    `
    SELECT ${columns}, base64Encode(body) AS base64
    FROM ${databaseName(generation)}.dead_letters FINAL
    WHERE generation IN ({generation:UInt32}, ${NO_GENERATION}) AND ${condition}`,
    { generation, ...params },
  )
  return rows.map(({ base64, ...row }) => ({ ...row, body: Buffer.from(base64, 'base64') }))
}
