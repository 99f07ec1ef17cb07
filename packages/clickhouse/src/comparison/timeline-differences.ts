import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { sqlText } from '../client/sql-literal.ts'
import { cellOf } from './cell-of.ts'
import { type KindCount } from './kinds.ts'

export interface TimelineKey {
  readonly number: string
  readonly messageId: string
  readonly participant: string
}

/** A timeline that differs between two generations. */
export interface TimelineDifference extends TimelineKey {
  /** Number of its rows; one, if all is well. */
  readonly liveRows: number
  readonly otherRows: number
  /** Hashes of what the rows say. */
  readonly mine: readonly string[]
  readonly theirs: readonly string[]
}

export interface GenerationPair {
  readonly live: number
  readonly other: number
}

const ROWS_PER_SLICE = 1_000_000
const KEYS_PER_QUERY = 200

/** A table with rows of timelines, and what must be the same in them. */
export interface KeyedTable {
  readonly table: string
  /** Hash of what a row says. */
  readonly fingerprint: string
  /** When the oldest fact in the row was received. */
  readonly age: string
  /** A condition on the arrays of fingerprints `mine` and `theirs`. */
  readonly differs: string
  /** A condition on number, message_id and participant. */
  readonly isCompared?: ((slice: string) => string) | undefined
  /** Day before which nothing is compared, as SQL. */
  readonly firstDay: string
}

/**
 * Up to `countMax` timelines that differ, among all; it works slice by slice, so that memory stays
 * bounded.
 */
export async function findDifferences(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { countMax, keyed }: { readonly countMax: number; readonly keyed: KeyedTable },
): Promise<readonly TimelineDifference[]> {
  const sizes = await Promise.all(
    [pair.live, pair.other].map((generation) =>
      clickhouse.query<{ readonly rows: number }>(
        `SELECT count() AS rows FROM ${databaseName(generation)}.${keyed.table}`,
      ),
    ),
  )
  const rows = Math.max(...sizes.map(([size]) => size?.rows ?? 0))
  const slices = Math.ceil((rows + 1) / ROWS_PER_SLICE)
  const found: TimelineDifference[] = []
  for (let slice = 0; slice < slices && found.length < countMax; slice += 1) {
    const where = `cityHash64(number, message_id) % ${slices} = ${slice}`
    found.push(
      ...(await compare(clickhouse, pair, {
        where,
        keyed,
        limit: countMax - found.length,
      })),
    )
  }
  return found
}

/** Those of the given timelines that differ. */
export async function findDifferencesAmong(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { keys, keyed }: { readonly keys: readonly TimelineKey[]; readonly keyed: KeyedTable },
): Promise<readonly TimelineDifference[]> {
  const found: TimelineDifference[] = []
  for (const some of chunksOf(keys)) {
    found.push(
      ...(await compare(clickhouse, pair, {
        where: isOneOf(some),
        keyed,
        limit: some.length,
      })),
    )
  }
  return found
}

function compare(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  {
    where,
    keyed,
    limit,
  }: {
    readonly where: string
    readonly keyed: KeyedTable
    readonly limit: number
  },
): Promise<readonly TimelineDifference[]> {
  const { age, differs, fingerprint, firstDay, isCompared, table } = keyed
  const side = (generation: number, place: number): string => `
    SELECT ${place} AS side, number, message_id, participant, ${fingerprint} AS fingerprint,
      ${age} AS received
    FROM ${databaseName(generation)}.${table} FINAL
    WHERE ${where}${isCompared === undefined ? '' : ` AND ${isCompared(where)}`}`
  return clickhouse.query<TimelineDifference>(`
    SELECT number, message_id AS messageId, participant,
      countIf(side = 1) AS liveRows, countIf(side = 2) AS otherRows,
      arrayMap(one -> hex(one), arraySort(groupArrayIf(fingerprint, side = 1))) AS mine,
      arrayMap(one -> hex(one), arraySort(groupArrayIf(fingerprint, side = 2))) AS theirs
    FROM (${side(pair.live, 1)} UNION ALL ${side(pair.other, 2)})
    GROUP BY number, message_id, participant
    HAVING toDate(min(received)) >= ${firstDay} AND (${differs})
    ORDER BY number, message_id, participant
    LIMIT ${limit}`)
}

export interface ColumnDifference {
  readonly column: string
  readonly live: unknown
  readonly other: unknown
}

/** The columns in which a timeline with one row in each generation differs. */
export async function readColumnDifferences(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { columns, key }: { readonly columns: readonly string[]; readonly key: TimelineKey },
): Promise<readonly ColumnDifference[]> {
  const read = async (generation: number): Promise<Readonly<Record<string, unknown>>> => {
    const [row = {}] = await clickhouse.query<Readonly<Record<string, unknown>>>(
      `SELECT ${columns.join(', ')} FROM ${databaseName(generation)}.message_timeline FINAL
       WHERE ${isOneOf([key])} LIMIT 1`,
    )
    return row
  }
  const [live, other] = await Promise.all([read(pair.live), read(pair.other)])
  return columns
    .filter((column) => JSON.stringify(live[column]) !== JSON.stringify(other[column]))
    .map((column) => ({ column, live: live[column], other: other[column] }))
}

/** For each column, how many of these timelines, with one row in each generation, differ in it. */
export async function countColumnDifferences(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { columns, keys }: { readonly columns: readonly string[]; readonly keys: readonly TimelineKey[] },
): Promise<readonly KindCount[]> {
  const names = columns.map((name) => `'message_timeline.${name}'`).join(', ')
  const cells = columns.map(cellOf).join(', ')
  const counts: KindCount[] = []
  for (const some of chunksOf(keys)) {
    const side = (generation: number, place: number): string => `
      SELECT ${place} AS side, number, message_id, participant, [${cells}] AS cells
      FROM ${databaseName(generation)}.message_timeline FINAL WHERE ${isOneOf(some)}`
    counts.push(
      ...(await clickhouse.query<KindCount>(`
      SELECT kind, 'message_timeline' AS table, count() AS count, min(message_id) AS example
      FROM (
        SELECT message_id, arrayFilter((name, mine, theirs) -> mine != theirs, [${names}],
          anyIf(cells, side = 1), anyIf(cells, side = 2)) AS kinds
        FROM (${side(pair.live, 1)} UNION ALL ${side(pair.other, 2)})
        GROUP BY number, message_id, participant
      )
      ARRAY JOIN kinds AS kind
      GROUP BY kind
      ORDER BY kind`)),
    )
  }
  return counts
}

/**
 * Those of the given timelines for whose message either generation holds an event from beyond
 * `ends`.
 */
export async function findInFlight<K extends TimelineKey>(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { keys, ends }: { readonly keys: readonly K[]; readonly ends: readonly number[] },
): Promise<ReadonlySet<K>> {
  const inFlight = new Set<K>()
  for (const some of chunksOf(keys)) {
    const sides = [pair.live, pair.other].map(
      (generation) => `
      SELECT DISTINCT number, message_id AS messageId
      FROM ${databaseName(generation)}.message_events
      WHERE message_id IN (${listOf(some.map(({ messageId }) => messageId))})
        AND raw_offset >= {ends:Array(UInt64)}[raw_partition + 1]`,
    )
    const rows = await clickhouse.query<{ readonly number: string; readonly messageId: string }>(
      sides.join(' UNION ALL '),
      { ends },
    )
    const late = new Set(rows.map(({ number, messageId }) => JSON.stringify([number, messageId])))
    for (const key of some) {
      if (late.has(JSON.stringify([key.number, key.messageId]))) inFlight.add(key)
    }
  }
  return inFlight
}

/**
 * The keys are in the text of the query, because parameters are sent in its address, whose length
 * is limited. The message ids are also named alone, because the table's bloom filter is on them.
 */
function isOneOf(keys: readonly TimelineKey[]): string {
  const triples = keys.map(
    ({ number, messageId, participant }) => `(${listOf([number, messageId, participant])})`,
  )
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
