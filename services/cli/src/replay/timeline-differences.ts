import { type ClickHouse, insertColumns, sqlText } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'

export interface TimelineKey {
  readonly number: string
  readonly messageId: string
  readonly participant: string
}

/** A timeline that two generations tell differently. */
export interface TimelineDifference extends TimelineKey {
  /** Rows of it; one, if all is well. */
  readonly liveRows: number
  readonly otherRows: number
}

export interface GenerationPair {
  readonly live: number
  readonly other: number
}

const ROWS_PER_SLICE = 1_000_000
const KEYS_PER_QUERY = 200

/** Where a message was first seen from is no part of what became of it. */
const uncompared = new Set(['number', 'message_id', 'participant', 'anchor_day', 'headless'])

export const comparedColumns: readonly string[] =
  insertColumns.message_timeline.filter((column) => !uncompared.has(column))

const fingerprint = `sipHash64(formatRow('JSONCompactEachRow', ${comparedColumns.join(', ')}))`

/** Up to `countMax` timelines that differ, of all; slice by slice, so that memory stays bounded. */
export async function findDifferences(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  countMax: number,
): Promise<readonly TimelineDifference[]> {
  const [size] = await clickhouse.query<{ readonly rows: number }>(
    `SELECT count() AS rows FROM ${databaseName(pair.live)}.message_timeline`)
  const slices = Math.ceil(((size?.rows ?? 0) + 1) / ROWS_PER_SLICE)
  const found: TimelineDifference[] = []
  for (let slice = 0; slice < slices && found.length < countMax; slice += 1) {
    const where = `cityHash64(number, message_id) % ${slices} = ${slice}`
    found.push(...await compare(clickhouse, pair, { where, limit: countMax - found.length }))
  }
  return found
}

/** Those of the given timelines that differ. */
export async function findDifferencesAmong(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  keys: readonly TimelineKey[],
): Promise<readonly TimelineDifference[]> {
  const found: TimelineDifference[] = []
  for (const some of chunksOf(keys)) {
    found.push(...await compare(clickhouse, pair, { where: isOneOf(some), limit: some.length }))
  }
  return found
}

function compare(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { where, limit }: { readonly where: string; readonly limit: number },
): Promise<readonly TimelineDifference[]> {
  const side = (generation: number, place: number): string => `
    SELECT ${place} AS side, number, message_id, participant, ${fingerprint} AS fingerprint
    FROM ${databaseName(generation)}.message_timeline FINAL
    WHERE ${where}`
  return clickhouse.query<TimelineDifference>(`
    SELECT number, message_id AS messageId, participant,
      countIf(side = 1) AS liveRows, countIf(side = 2) AS otherRows
    FROM (${side(pair.live, 1)} UNION ALL ${side(pair.other, 2)})
    GROUP BY number, message_id, participant
    HAVING arraySort(groupArrayIf(fingerprint, side = 1))
      != arraySort(groupArrayIf(fingerprint, side = 2))
    ORDER BY number, message_id, participant
    LIMIT ${limit}`)
}

export interface ColumnDifference {
  readonly column: string
  readonly live: unknown
  readonly other: unknown
}

/** In which columns a timeline that has one row in each generation differs. */
export async function readColumnDifferences(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  key: TimelineKey,
): Promise<readonly ColumnDifference[]> {
  const read = async (generation: number): Promise<Readonly<Record<string, unknown>>> => {
    const [row = {}] = await clickhouse.query<Readonly<Record<string, unknown>>>(
      `SELECT ${comparedColumns.join(', ')} FROM ${databaseName(generation)}.message_timeline FINAL
       WHERE ${isOneOf([key])} LIMIT 1`)
    return row
  }
  const [live, other] = await Promise.all([read(pair.live), read(pair.other)])
  return comparedColumns
    .filter((column) => JSON.stringify(live[column]) !== JSON.stringify(other[column]))
    .map((column) => ({ column, live: live[column], other: other[column] }))
}

/**
 * Those of the given timelines that are about a message of which either generation holds an event
 * from behind `ends`.
 */
export async function findInFlight<K extends TimelineKey>(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { keys, ends }: { readonly keys: readonly K[]; readonly ends: readonly number[] },
): Promise<ReadonlySet<K>> {
  const inFlight = new Set<K>()
  for (const some of chunksOf(keys)) {
    const sides = [pair.live, pair.other].map((generation) => `
      SELECT DISTINCT number, message_id AS messageId
      FROM ${databaseName(generation)}.message_events
      WHERE message_id IN (${listOf(some.map(({ messageId }) => messageId))})
        AND raw_offset >= {ends:Array(UInt64)}[raw_partition + 1]`)
    const rows = await clickhouse.query<{ readonly number: string; readonly messageId: string }>(
      sides.join(' UNION ALL '), { ends })
    const late = new Set(rows.map(({ number, messageId }) => JSON.stringify([number, messageId])))
    for (const key of some) {
      if (late.has(JSON.stringify([key.number, key.messageId]))) inFlight.add(key)
    }
  }
  return inFlight
}

/**
 * In the text of the query, as parameters are sent in its address, which may not be as long. The
 * message ids stand alone besides, because the bloom filter of the table is on them.
 */
function isOneOf(keys: readonly TimelineKey[]): string {
  const triples = keys.map(({ number, messageId, participant }) =>
    `(${listOf([number, messageId, participant])})`)
  return `message_id IN (${listOf(keys.map(({ messageId }) => messageId))})
    AND (number, message_id, participant) IN (${triples.join(', ')})`
}

function listOf(texts: readonly string[]): string {
  return texts.map(sqlText).join(', ')
}

function* chunksOf<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += KEYS_PER_QUERY) {
    yield list.slice(from, from + KEYS_PER_QUERY)
  }
}
