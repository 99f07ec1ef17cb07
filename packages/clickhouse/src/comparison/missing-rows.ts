import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { findMissingAliases } from './alias-contents.ts'
import { findMissingTimelines, type MissingRows } from './missing-timelines.ts'
import { belowEnds } from './raw-ends.ts'
import { firstDay, type ComparisonScope, scopeOf } from './scope.ts'
import { readSharedTables } from './shared-tables.ts'
import { type GenerationPair } from './timeline-differences.ts'

/** Rows that may be several at one position are counted by position. */
const identities = {
  message_events: '(number, message_id, event_type)',
  errors: 'error_index',
  account_events: 'field',
  message_content: '(number, message_id, event_type)',
} as const

type EventTable = keyof typeof identities

const eventTables = ['message_events', 'errors', 'account_events', 'message_content'] as const

/**
 * Rows with a raw position, timelines, and facts about persons that the other generation must hold
 * to replace the live one.
 */
export async function findMissingRows(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  scope: ComparisonScope,
): Promise<readonly MissingRows[]> {
  const shared = await readSharedTables(clickhouse, pair)
  const missing: MissingRows[] = []
  for (const table of eventTables.filter((one) => shared.has(one))) {
    const tableScope = scopeOf(table, scope)
    const hours = await findDifferingHours(clickhouse, pair, { ...tableScope, table })
    for (const hour of hours) {
      missing.push(...(await findMissingInHour(clickhouse, pair, { ...tableScope, table, hour })))
    }
  }
  return [
    ...missing,
    ...(await findMissingTimelines(clickhouse, pair, scope)),
    ...(await findMissingAliases(clickhouse, pair, scope)),
  ]
}

const held = (scope: ComparisonScope): string =>
  `${belowEnds} AND toDate(received_at) >= ${firstDay(scope)}`

/** Both sides have the same time of receipt, so hours with the same sum hold the same rows. */
async function findDifferingHours(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  scope: ComparisonScope & { readonly table: EventTable },
): Promise<readonly number[]> {
  const side = (generation: number, place: number): string => `
    SELECT ${place} AS side, intDiv(toUnixTimestamp(received_at), 3600) AS hour,
      sum(cityHash64(raw_partition, raw_offset, item_index, ${identities[scope.table]})) AS digest,
      count() AS rows
    FROM ${databaseName(generation)}.${scope.table} FINAL
    WHERE ${held(scope)}
    GROUP BY hour`
  const hours = await clickhouse.query<{ readonly hour: number }>(
    `
    SELECT hour
    FROM (${side(pair.live, 1)} UNION ALL ${side(pair.other, 2)})
    GROUP BY hour
    HAVING sumIf(rows, side = 1) > 0 AND (sumIf(rows, side = 1) != sumIf(rows, side = 2)
      OR sumIf(digest, side = 1) != sumIf(digest, side = 2))
    ORDER BY hour`,
    { ends: scope.ends },
  )
  return hours.map(({ hour }) => hour)
}

function findMissingInHour(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  scope: ComparisonScope & { readonly table: EventTable; readonly hour: number },
): Promise<readonly MissingRows[]> {
  const from = scope.hour * 3_600
  const side = (generation: number, place: number): string => `
    SELECT ${place} AS side, raw_partition, raw_offset, item_index,
      ${identities[scope.table]} AS identity
    FROM ${databaseName(generation)}.${scope.table}
    WHERE received_at >= toDateTime(${from}) AND received_at < toDateTime(${from + 3_600})
      AND ${held(scope)}`
  return clickhouse.query<MissingRows>(
    `
    SELECT '${scope.table}' AS table,
      concat(formatDateTime(toDateTime(${from}, 'UTC'), '%Y-%m-%dT%H'), ':00Z, raw partition ',
        toString(raw_partition)) AS place,
      sum(lacking) AS rows,
      groupArray(3)(concat(toString(raw_partition), ':', toString(raw_offset), ':',
        toString(item_index))) AS examples
    FROM (
      SELECT raw_partition, raw_offset, item_index, toInt64(uniqExactIf(identity, side = 1))
        - toInt64(uniqExactIf(identity, side = 2)) AS lacking
      FROM (${side(pair.live, 1)} UNION ALL ${side(pair.other, 2)})
      GROUP BY raw_partition, raw_offset, item_index
      HAVING lacking > 0
      ORDER BY raw_partition, raw_offset, item_index
    )
    GROUP BY raw_partition
    ORDER BY raw_partition`,
    { ends: scope.ends },
  )
}
