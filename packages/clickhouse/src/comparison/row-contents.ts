import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { belowEnds } from './raw-ends.ts'
import { cellOf } from './cell-of.ts'
import { countLoneColumns, readComparedColumns } from './compared-columns.ts'
import { type Differences, type KindCount, sumKinds } from './kinds.ts'
import { firstDay, type ComparisonScope, scopeOf } from './scope.ts'
import { readSharedTables } from './shared-tables.ts'
import { type GenerationPair } from './timeline-differences.ts'

interface PlacedTable {
  readonly table: string
  readonly item: string
  /** Column that distinguishes the rows of one position; empty if there is one row. */
  readonly identity: string
  /** Two integers that decide which rows are compared together. */
  readonly bucket: string
  readonly inBucket: (first: number, second: number) => string
}

const byHour = {
  bucket: '0 AS first, intDiv(toUnixTimestamp(received_at), 3600) AS second',
  inBucket: (_: number, hour: number) =>
    `received_at >= toDateTime(${hour * 3_600}) AND received_at < toDateTime(${(hour + 1) * 3_600})`,
} as const

const OFFSETS_PER_BUCKET = 100_000

const byOffset = {
  bucket: `raw_partition AS first, intDiv(raw_offset, ${OFFSETS_PER_BUCKET}) AS second`,
  inBucket: (partition: number, bucket: number) => `raw_partition = ${partition}
    AND raw_offset >= ${bucket * OFFSETS_PER_BUCKET}
    AND raw_offset < ${(bucket + 1) * OFFSETS_PER_BUCKET}`,
} as const

const placedTables: readonly PlacedTable[] = [
  { table: 'raw_webhooks', item: '0', identity: '', ...byOffset },
  { table: 'message_events', item: 'item_index', identity: 'event_type', ...byHour },
  { table: 'errors', item: 'item_index', identity: 'error_index', ...byHour },
  { table: 'account_events', item: 'item_index', identity: 'field', ...byHour },
  { table: 'message_content', item: 'item_index', identity: 'event_type', ...byHour },
]

/** The position of a row, and which version of the row it is. */
const places = ['raw_partition', 'raw_offset', 'item_index', 'verdict_offset']

/** Enough to show that something is wrong as a whole. */
const BUCKETS_MAX = 200

/**
 * How rows with a raw position below the ends differ. A row is missing if there are fewer at a
 * position than in the live generation.
 */
export async function compareRows(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  options: { readonly scope: ComparisonScope; readonly accepted: ReadonlySet<string> },
): Promise<Differences> {
  const { accepted } = options
  const shared = await readSharedTables(clickhouse, pair)
  const found: KindCount[] = []
  let isTruncated = false
  for (const placed of placedTables.filter(({ table }) => shared.has(table))) {
    const { table, identity } = placed
    const scope = scopeOf(table, options.scope)
    const columns = await readComparedColumns(clickhouse, pair, {
      table,
      accepted,
      uncompared: new Set([...places, identity]),
    })
    found.push(
      ...(await countLoneColumns(clickhouse, pair, {
        table,
        age: 'received_at',
        columns,
        scope,
      })),
    )
    const comparison = { ...placed, columns: columns.compared, scope }
    let telling = 0
    for (const { first, second } of await findDifferingBuckets(clickhouse, pair, comparison)) {
      const kinds = await compareBucket(
        clickhouse,
        pair,
        comparison,
        placed.inBucket(first, second),
      )
      found.push(...kinds)
      if (kinds.some(({ kind }) => !accepted.has(kind))) telling += 1
      if (telling < BUCKETS_MAX) continue
      isTruncated = true
      break
    }
  }
  return { kinds: sumKinds(found).filter(({ kind }) => !accepted.has(kind)), isTruncated }
}

interface Comparison extends PlacedTable {
  readonly columns: readonly string[]
  readonly scope: ComparisonScope
}

const held = ({ scope }: Comparison): string =>
  `${belowEnds} AND toDate(received_at) >= ${firstDay(scope)}`

const identityOf = ({ identity }: Comparison): string => (identity === '' ? "''" : identity)

/** Buckets with the same sum hold the same rows. */
function findDifferingBuckets(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  comparison: Comparison,
): Promise<readonly { readonly first: number; readonly second: number }[]> {
  const { bucket, columns, item, scope, table } = comparison
  const row = ['raw_partition', 'raw_offset', item, identityOf(comparison), ...columns].join(', ')
  const side = (generation: number, place: number): string => `
    SELECT ${place} AS side, ${bucket}, count() AS rows,
      sum(sipHash64(formatRow('JSONCompactEachRow', ${row}))) AS digest
    FROM ${databaseName(generation)}.${table} FINAL
    WHERE ${held(comparison)}
    GROUP BY first, second`
  return clickhouse.query(
    `
    SELECT first, second
    FROM (${side(pair.live, 1)} UNION ALL ${side(pair.other, 2)})
    GROUP BY first, second
    HAVING sumIf(rows, side = 1) != sumIf(rows, side = 2)
      OR sumIf(digest, side = 1) != sumIf(digest, side = 2)
    ORDER BY first, second`,
    { ends: scope.ends },
  )
}

function compareBucket(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  comparison: Comparison,
  inBucket: string,
): Promise<readonly KindCount[]> {
  const { columns, identity, item, scope, table } = comparison
  const cells = columns.map((name) => `sipHash64(${cellOf(name)})`)
  const names = columns.map((name) => `'${table}.${name}'`)
  const side = (generation: number, place: number): string => `
    SELECT ${place} AS side, raw_partition, raw_offset, ${item} AS item,
      toString(${identityOf(comparison)}) AS identity, [0, ${cells.join(', ')}] AS cells
    FROM ${databaseName(generation)}.${table} FINAL
    WHERE ${inBucket} AND ${held(comparison)}`
  return clickhouse.query<KindCount>(
    `
    SELECT kind, '${table}' AS table, count() AS count, min(place) AS example
    FROM (
      SELECT concat(toString(raw_partition), ':', toString(raw_offset), ':', toString(item)) AS place,
        arraySort(groupUniqArrayIf((identity, cells), side = 1)) AS mine,
        arraySort(groupUniqArrayIf((identity, cells), side = 2)) AS theirs,
        multiIf(
          mine = theirs, [],
          length(mine) > length(theirs), ['missing_row'],
          length(mine) < length(theirs), ['surplus_row'],
          arrayMap(row -> row.1, mine) != arrayMap(row -> row.1, theirs), ['${table}.${identity}'],
          arrayDistinct(arrayFilter((name, one, another) -> one != another,
            arrayFlatten(arrayMap(row -> ['', ${names.join(', ')}], mine)),
            arrayFlatten(arrayMap(row -> row.2, mine)),
            arrayFlatten(arrayMap(row -> row.2, theirs))))) AS kinds
      FROM (${side(pair.live, 1)} UNION ALL ${side(pair.other, 2)})
      GROUP BY raw_partition, raw_offset, item
    )
    ARRAY JOIN kinds AS kind
    GROUP BY kind
    ORDER BY kind`,
    { ends: scope.ends },
  )
}
