import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { topicNames } from '@wabastream/contracts'
import {
  judgeRows,
  readCommittedTransitions,
  readStoredTimelines,
  readTopicTimelines,
} from '@wabastream/end-to-end'
import { type Load } from '../harness/load.ts'
import { type PipelineStack } from '../harness/pipeline-stack.ts'
import { judgeRowsOfTimelines, judgeTopicTimelines } from './judge-timelines.ts'
import { judgeTransitionRows } from './judge-transition-rows.ts'
import { judgeTransitions } from './judge-transitions.ts'
import { type Judgement, named, together, without } from './judgement.ts'
import { type RawWebhook, readRawWebhooks } from './raw-webhooks.ts'

const DATABASE = 'wa_g1'

export interface PipelineJudgement extends Judgement {
  /** Facts about messages, each at its own position. */
  readonly events: number
}

/**
 * Compares everything that came out with what was acknowledged: the raw topic with the bodies, and
 * the timelines topic, the transitions and the tables separately with what those bodies say. Call
 * it when everything has settled. `watched` are the transitions that a read_committed reader saw
 * meanwhile.
 */
export async function judgePipeline(
  stack: Pick<PipelineStack, 'kafka' | 'schemaRegistryUrl' | 'clickhouseUrl'>,
  load: Pick<Load, 'facts' | 'digests' | 'rowCounts'>,
  watched: readonly string[],
): Promise<PipelineJudgement> {
  const { kafka, schemaRegistryUrl } = stack
  const client = createClient({ url: stack.clickhouseUrl })
  try {
    const raw = await readRawWebhooks(kafka)
    const facts = raw.flatMap((webhook) => webhook.facts)
    const transitions = await readCommittedTransitions(kafka, schemaRegistryUrl)
    return {
      events: await countEvents(client),
      ...together([
        judgeBodies(raw, load.digests),
        await judgeVerdicts(stack, client, load.digests),
        await judgeRows(client, DATABASE, load.rowCounts),
        judgeRowsOfTimelines(facts, await readStoredTimelines(client, DATABASE)),
        judgeTopicTimelines(facts, await readTopicTimelines(kafka, schemaRegistryUrl)),
        judgeTransitions(load.facts, transitions, watched),
        await judgeTransitionRows(client, DATABASE, transitions),
        await judgeItems(client),
      ]),
    }
  } finally {
    await client.close()
  }
}

/** Every acknowledged webhook is in the raw topic, byte for byte. */
function judgeBodies(
  raw: readonly RawWebhook[],
  digests: ReadonlyMap<string, string>,
): Partial<Judgement> {
  const stored = new Map(raw.map(({ receipt, digest }) => [receipt, digest]))
  const receipts = [...digests.keys()]
  return {
    lost: named(
      'receipt',
      receipts.filter((receipt) => !stored.has(receipt)),
    ),
    differing: named(
      'body of receipt',
      receipts.filter(
        (receipt) => stored.has(receipt) && stored.get(receipt) !== digests.get(receipt),
      ),
    ),
  }
}

interface RawRow {
  readonly raw_partition: number
  readonly offsets: number
  readonly contradictions: number
}

/** Every raw offset has one verdict, and every acknowledged receipt has one. */
async function judgeVerdicts(
  { kafka }: Pick<PipelineStack, 'kafka'>,
  client: ClickHouseClient,
  digests: ReadonlyMap<string, string>,
): Promise<Partial<Judgement>> {
  const rows = await readRows<RawRow>(
    client,
    `
    SELECT raw_partition, toUInt32(count()) AS offsets,
      toUInt32(countIf(verdicts > 1)) AS contradictions
    FROM (
      SELECT raw_partition, raw_offset, uniqExact(receipt_id, verdict, events) AS verdicts
      FROM ${DATABASE}.raw_webhooks GROUP BY raw_partition, raw_offset
    ) GROUP BY raw_partition`,
  )
  const lost: string[] = []
  const ends = await kafka.admin.endOffsets(topicNames(1).raw)
  for (const [partition, end] of ends) {
    const offsets = rows.find(({ raw_partition: found }) => found === partition)?.offsets ?? 0
    if (offsets !== end) lost.push(`verdicts of raw partition ${partition}: ${offsets} of ${end}`)
  }
  const doubled = rows
    .filter(({ contradictions }) => contradictions > 0)
    .map(
      (row) =>
        `contradicting verdicts in raw partition ${row.raw_partition}: ${row.contradictions}`,
    )
  const receipts = await readRows<{ receipt_id: string }>(
    client,
    `SELECT receipt_id FROM ${DATABASE}.raw_webhooks`,
  )
  const judged = receipts.map((row) => row.receipt_id)
  return {
    lost: [...lost, ...named('verdict of receipt', without([...digests.keys()], judged))],
    doubled,
  }
}

interface Count {
  readonly counted: number
  readonly stored: number
}

/** Items as the verdicts count them, and distinct positions of items in the tables. */
async function judgeItems(client: ClickHouseClient): Promise<Partial<Judgement>> {
  const positions = ['message_events', 'errors', 'account_events'].map(
    (table) => `SELECT raw_partition, raw_offset, item_index FROM ${DATABASE}.${table}`,
  )
  const [{ stored, counted } = { counted: 0, stored: 0 }] = await readRows<Count>(
    client,
    `
    SELECT toUInt32((SELECT sum(events) FROM ${DATABASE}.raw_webhooks FINAL)) AS counted,
      toUInt32((SELECT uniqExact(raw_partition, raw_offset, item_index)
        FROM (${positions.join(' UNION ALL ')}))) AS stored`,
  )
  if (stored < counted) return { lost: [`items: ${stored} of ${counted}`] }
  return stored > counted ? { doubled: [`items: ${stored} for ${counted}`] } : {}
}

async function countEvents(client: ClickHouseClient): Promise<number> {
  const [row] = await readRows<{ count: number }>(
    client,
    `SELECT toUInt32(count()) AS count FROM ${DATABASE}.message_events FINAL`,
  )
  return row?.count ?? 0
}

async function readRows<Row>(client: ClickHouseClient, query: string): Promise<readonly Row[]> {
  const result = await client.query({ query, format: 'JSONEachRow' })
  return await result.json<Row>()
}
