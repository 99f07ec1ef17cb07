import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { TIMELINE_SOURCE } from '../rows/contact-alias-rows.ts'
import { type Differences, type KindCount } from './kinds.ts'
import { type MissingRows } from './missing-timelines.ts'
import { firstDay, type ComparisonScope } from './scope.ts'
import { readSharedTables } from './shared-tables.ts'
import { type GenerationPair } from './timeline-differences.ts'

const TABLE = 'contact_aliases'
const FACT = 'account_id, number, kind, left_id, right_id, source'
const ROWS_PER_SLICE = 1_000_000

interface AliasCount {
  readonly difference: string
  readonly number: string
  readonly count: number
  readonly examples: readonly string[]
}

/** How facts about persons differ that were first seen below the ends, but for missing ones. */
export async function compareAliases(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { accepted, scope }: { readonly accepted: ReadonlySet<string>; readonly scope: ComparisonScope },
): Promise<Differences> {
  const counts = await countDifferences(clickhouse, pair, scope)
  const kinds = counts.map(({ count, difference, examples }): KindCount => ({
    kind: difference,
    table: TABLE,
    count,
    example: examples[0] ?? '',
  }))
  return { kinds: kinds.filter(({ kind }) => !accepted.has(kind)), isTruncated: false }
}

/** Facts about persons that the other generation lacks, by number. */
export async function findMissingAliases(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  scope: ComparisonScope,
): Promise<readonly MissingRows[]> {
  const counts = await countDifferences(clickhouse, pair, scope)
  return counts
    .filter(({ difference }) => difference === 'missing_row')
    .map(({ count, examples, number }) => ({
      table: TABLE,
      place: `number ${number}`,
      rows: count,
      examples,
    }))
}

/** In slices, so that memory stays bounded: there may be some facts for each customer. */
async function countDifferences(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  scope: ComparisonScope,
): Promise<readonly AliasCount[]> {
  if (!(await readSharedTables(clickhouse, pair)).has(TABLE)) return []
  const sizes = await clickhouse.query<{ readonly rows: number }>(
    [pair.live, pair.other]
      .map((generation) => `SELECT count() AS rows FROM ${databaseName(generation)}.${TABLE}`)
      .join(' UNION ALL '),
  )
  const slices = Math.ceil((Math.max(...sizes.map(({ rows }) => rows)) + 1) / ROWS_PER_SLICE)
  const found: AliasCount[] = []
  for (let slice = 0; slice < slices; slice += 1) {
    const where = `cityHash64(number, left_id) % ${slices} = ${slice}`
    found.push(
      ...(await clickhouse.query<AliasCount>(differencesWhere(where, pair, scope), {
        ends: scope.ends,
      })),
    )
  }
  return found
}

/**
 * A fact has the same first place in both, if either place is below the ends. What the raw topic no
 * longer holds when the rebuild begins is not compared, nor what timelines said on their way: they
 * are compared themselves. Examples are positions: ids may be numbers.
 */
function differencesWhere(where: string, pair: GenerationPair, scope: ComparisonScope): string {
  const side = (generation: number, place: number): string => `
    SELECT ${place} AS side, ${FACT}, first_seen,
      first_seen.3 < {ends:Array(UInt64)}[first_seen.2 + 1] AS is_done,
      toDate(first_seen.1) >= ${firstDay(scope)} AS is_young
    FROM ${databaseName(generation)}.${TABLE} FINAL
    WHERE ${where} AND source != '${TIMELINE_SOURCE}'`
  return `
    SELECT difference, number, count() AS count, arraySort(groupArray(3)(place)) AS examples
    FROM (
      SELECT number,
        arrayStringConcat([min(first_seen).2, min(first_seen).3, min(first_seen).4], ':') AS place,
        multiIf(
          count() = 2, '${TABLE}.first_seen', any(side) = 1, 'missing_row', 'surplus_row'
        ) AS difference
      FROM (${side(pair.live, 1)} UNION ALL ${side(pair.other, 2)})
      GROUP BY ${FACT}
      HAVING min(is_young) AND max(is_done) AND (count() = 1 OR min(first_seen) != max(first_seen))
    )
    GROUP BY difference, number
    ORDER BY difference, number`
}
