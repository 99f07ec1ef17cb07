import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { topicNames } from '@wabastream/contracts'
import {
  compareTimelines, judgeRows, type KeyedTransition, readCommittedTransitions, readStoredTimelines,
} from '@wabastream/end-to-end'
import { expectTimelines, type Fact } from '@wabastream/testing'
import { type Load } from './load.ts'
import { type PipelineStack } from './pipeline-stack.ts'
import { transitionId } from './transition-watch.ts'

const DATABASE = 'wa_g1'
const RUNGS: ReadonlySet<string> = new Set(['sent', 'delivered', 'read', 'played', 'failed'])

/** What is wrong, in words; all empty when nothing is. */
export interface Judgement {
  /** Facts about messages, each at its own position. */
  readonly events: number
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly differing: readonly string[]
}

/**
 * Holds everything that came out against what was acknowledged. To be asked when all has settled.
 * `watched` are the transitions that a read_committed reader saw meanwhile.
 */
export async function judgePipeline(
  stack: Pick<PipelineStack, 'kafka' | 'schemaRegistryUrl' | 'clickhouseUrl'>,
  load: Pick<Load, 'facts' | 'receipts' | 'rowCounts'>,
  watched: readonly string[],
): Promise<Judgement> {
  const client = createClient({ url: stack.clickhouseUrl })
  try {
    const stored = await readStoredTimelines(client, DATABASE)
    const timelines = compareTimelines(expectTimelines(load.facts), stored)
    const transitions = await readCommittedTransitions(stack.kafka, stack.schemaRegistryUrl)
    const seen = transitions.map(transitionId)
    const raw = await judgeRaw(stack, client, load.receipts)
    const items = await readItems(client)
    const rows = await judgeRows(client, DATABASE, load.rowCounts)
    const table = await countOf(client, 'status_transitions')
    return {
      events: await countOf(client, 'message_events'),
      lost: [
        ...named('timeline', timelines.missing), ...raw.lost, ...rows.lost,
        ...named('transition', missingTransitions(load.facts, transitions)),
        ...named('transition not seen meanwhile', without(seen, watched)),
        ...named('items', items.stored < items.told ? [`${items.stored} of ${items.told}`] : []),
        ...named('transitions not in ClickHouse', table < seen.length ? [`${table} of ${seen.length}`] : []),
      ],
      doubled: [
        ...named('timeline', timelines.surplus), ...raw.doubled, ...rows.doubled,
        ...named('transition', repeated(seen)),
        ...named('transition that nobody told', untoldTransitions(load.facts, transitions)),
        ...named('transition seen meanwhile', repeated(watched)),
        ...named('transition that was taken back', without(watched, seen)),
        ...named('items', items.stored > items.told ? [`${items.stored} for ${items.told}`] : []),
        ...named('transitions in ClickHouse', table > seen.length ? [`${table} for ${seen.length}`] : []),
      ],
      differing: timelines.differing,
    }
  } finally {
    await client.close()
  }
}

interface RawRow {
  readonly raw_partition: number
  readonly offsets: number
  readonly contradictions: number
}

/** Every raw offset has one verdict, and every acknowledged receipt lies in the raw topic. */
async function judgeRaw(
  { kafka }: Pick<PipelineStack, 'kafka'>, client: ClickHouseClient, receipts: ReadonlySet<string>,
): Promise<Pick<Judgement, 'lost' | 'doubled'>> {
  const rows = await readRows<RawRow>(client, `
    SELECT raw_partition, toUInt32(count()) AS offsets,
      toUInt32(countIf(verdicts > 1)) AS contradictions
    FROM (
      SELECT raw_partition, raw_offset, uniqExact(receipt_id, verdict, events) AS verdicts
      FROM ${DATABASE}.raw_webhooks GROUP BY raw_partition, raw_offset
    ) GROUP BY raw_partition`)
  const lost: string[] = []
  const ends = await kafka.admin.endOffsets(topicNames(1).raw)
  for (const [partition, end] of ends) {
    const offsets = rows.find(({ raw_partition: found }) => found === partition)?.offsets ?? 0
    if (offsets !== end) lost.push(`verdicts of raw partition ${partition}: ${offsets} of ${end}`)
  }
  const doubled = rows.filter(({ contradictions }) => contradictions > 0)
    .map((row) => `contradicting verdicts in raw partition ${row.raw_partition}: ${row.contradictions}`)
  const inRaw = new Set((await readRows<{ receipt_id: string }>(
    client, `SELECT receipt_id FROM ${DATABASE}.raw_webhooks`)).map((row) => row.receipt_id))
  return { lost: [...lost, ...named('receipt', without([...receipts], [...inRaw]))], doubled }
}

/** Items as the verdicts count them, and distinct positions of items in the tables. */
async function readItems(client: ClickHouseClient): Promise<{ told: number; stored: number }> {
  const positions = ['message_events', 'errors', 'account_events'].map((table) =>
    `SELECT raw_partition, raw_offset, item_index FROM ${DATABASE}.${table}`)
  const [row] = await readRows<{ told: number; stored: number }>(client, `
    SELECT toUInt32((SELECT sum(events) FROM ${DATABASE}.raw_webhooks FINAL)) AS told,
      toUInt32((SELECT uniqExact(raw_partition, raw_offset, item_index)
        FROM (${positions.join(' UNION ALL ')}))) AS stored`)
  return row ?? { told: 0, stored: 0 }
}

/** What a message's statuses told is news once; what a history told need not be. */
function missingTransitions(
  facts: readonly Fact[], transitions: readonly KeyedTransition[],
): readonly string[] {
  const historical = new Set(facts.filter((fact) => fact.historical).map(idOf))
  const expected = facts
    .filter((fact) => RUNGS.has(fact.word) && !historical.has(idOf(fact)))
    .map((fact) => `${idOf(fact)} ${fact.word}`)
  return without([...new Set(expected)],
    transitions.map((transition) => `${idOf(transition)} ${transition.rung}`))
}

function untoldTransitions(
  facts: readonly Fact[], transitions: readonly KeyedTransition[],
): readonly string[] {
  return without(
    transitions.map((transition) => `${idOf(transition)} ${transition.rung}`),
    facts.map((fact) => `${idOf(fact)} ${fact.word}`))
}

function idOf(one: Pick<Fact, 'number' | 'messageId' | 'participant'>): string {
  return JSON.stringify([one.number, one.messageId, one.participant])
}

async function countOf(client: ClickHouseClient, table: string): Promise<number> {
  const rows = await readRows<{ count: number }>(
    client, `SELECT toUInt32(count()) AS count FROM ${DATABASE}.${table} FINAL`)
  return rows[0]?.count ?? 0
}

async function readRows<Row>(client: ClickHouseClient, query: string): Promise<readonly Row[]> {
  const result = await client.query({ query, format: 'JSONEachRow' })
  return await result.json<Row>()
}

function named(what: string, which: readonly string[]): readonly string[] {
  return which.map((one) => `${what} ${one}`)
}

function without(all: readonly string[], some: readonly string[]): readonly string[] {
  const known = new Set(some)
  return all.filter((one) => !known.has(one))
}

function repeated(all: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return all.filter((one) => seen.has(one) || !seen.add(one))
}
