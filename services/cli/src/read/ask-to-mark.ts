import { type ClickHouse } from '@wabastream/clickhouse'
import {
  databaseName,
  parseReadRequest,
  READ_RECEIPTS_PARTITION,
  type ReadRequest,
  readRequestKey,
  type ReadRequestOutcome,
  toReadRequestRecord,
  topicNames,
} from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'

/** All requests lie in one partition, so that they are in one order. */
const PLACE = { topic: topicNames(1).readReceipts, partition: READ_RECEIPTS_PARTITION }
const POLL_MS = 500

export type AskedOutcome = ReadRequestOutcome | 'not_received' | 'unanswered'

/** What became of one message that somebody asked for. */
export interface Asked {
  readonly messageId: string
  /** Null for a message that no customer sent. */
  readonly number: string | null
  readonly outcome: AskedOutcome
}

/** What is stored of a message that a customer sent; one for each number that has its id. */
interface ReceivedRow {
  readonly number: string
  readonly channel: string
  readonly receivedAt: number
  readonly partition: number
  readonly offset: number
  readonly itemIndex: number
  readonly receiptId: string
  readonly isMarked: boolean
}

/** Of what the provider sent more than once, the first. */
const RECEIVED = (database: string): string => `
  SELECT e.number AS number, e.channel AS channel,
    toUnixTimestamp64Milli(e.received_at) AS receivedAt, e.raw_partition AS partition,
    e.raw_offset AS offset, e.item_index AS itemIndex, e.receipt_id AS receiptId,
    (e.number, e.message_id) IN (
      SELECT number, message_id FROM ${database}.message_timeline
      WHERE message_id = {messageId:String} AND marked_read) AS isMarked
  FROM ${database}.message_events AS e FINAL
  WHERE e.message_id = {messageId:String} AND e.event_type = 'MessageReceived'
  ORDER BY e.number, e.received_at, e.raw_partition, e.raw_offset, e.item_index
  LIMIT 1 BY e.number`

/**
 * Asks the service to mark messages as read, and waits for what becomes of them, for `waitMs` at
 * most. What is known to be marked is not asked for.
 */
export async function askToMark(
  messageIds: readonly string[],
  {
    clickhouse,
    generation,
    kafka,
    now,
    sleep,
    waitMs,
  }: {
    readonly clickhouse: Pick<ClickHouse, 'query'>
    readonly generation: number
    readonly kafka: Pick<KafkaClient, 'admin' | 'chainedProducer' | 'partitionReader'>
    readonly waitMs: number
    readonly now: () => number
    readonly sleep: (durationMs: number) => Promise<unknown>
  },
): Promise<readonly Asked[]> {
  const known: Asked[] = []
  const requests: ReadRequest[] = []
  for (const messageId of new Set(messageIds)) {
    const sql = RECEIVED(databaseName(generation))
    const rows = await clickhouse.query<ReceivedRow>(sql, { messageId })
    if (rows.length === 0) known.push({ messageId, number: null, outcome: 'not_received' })
    for (const { isMarked, number, channel, receivedAt, ...place } of rows) {
      if (isMarked) known.push({ messageId, number, outcome: 'already_marked' })
      else requests.push({ number, messageId, channel, receivedAt, place, requestedAt: now() })
    }
  }
  if (requests.length === 0) return known
  const { baseOffset } = await send(kafka, requests)
  const outcomes = await waitForAnswers(requests, { baseOffset, kafka, now, sleep, waitMs })
  const asked = requests.map((request): Asked => ({
    messageId: request.messageId,
    number: request.number,
    outcome: outcomes.get(readRequestKey(request)) ?? 'unanswered',
  }))
  return [...known, ...asked]
}

async function send(
  kafka: Pick<KafkaClient, 'chainedProducer'>,
  requests: readonly ReadRequest[],
): Promise<{ readonly baseOffset: number }> {
  const producer = kafka.chainedProducer()
  const records = requests.map((request) =>
    toReadRequestRecord(request, { state: 'requested', request }),
  )
  try {
    return await producer.send(PLACE, records)
  } finally {
    await producer.close()
  }
}

async function waitForAnswers(
  requests: readonly ReadRequest[],
  options: {
    readonly baseOffset: number
    readonly kafka: Pick<KafkaClient, 'partitionReader'>
    readonly waitMs: number
    readonly now: () => number
    readonly sleep: (durationMs: number) => Promise<unknown>
  },
): Promise<ReadonlyMap<string, ReadRequestOutcome>> {
  const { baseOffset, kafka, now, sleep, waitMs } = options
  const asked = new Set(requests.map(readRequestKey))
  const outcomes = new Map<string, ReadRequestOutcome>()
  const until = now() + waitMs
  const reader = kafka.partitionReader()
  let offset = baseOffset
  try {
    while (outcomes.size < asked.size && now() < until) {
      const end = await reader.readToEnd({ ...PLACE, offset }, ({ records }) => {
        for (const record of records) {
          const key = record.keyText() ?? ''
          const value = asked.has(key) ? record.valueText() : null
          const found = value === null ? null : parseReadRequest(value)
          if (found?.state === 'answered') outcomes.set(key, found.outcome)
        }
      })
      offset = end.offset
      if (outcomes.size < asked.size) await sleep(POLL_MS)
    }
  } finally {
    await reader.close()
  }
  return outcomes
}
