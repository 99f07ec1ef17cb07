import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { firstDay, type ComparisonScope } from './scope.ts'
import { type GenerationPair } from './timeline-differences.ts'

/** Rows of a table that the live generation holds and the other does not. */
export interface MissingRows {
  readonly table: string
  /** An hour and raw partition, or a business number. */
  readonly place: string
  readonly rows: number
  /** Some positions (`partition:offset:item`), or ids of messages. */
  readonly examples: readonly string[]
}

const ROWS_PER_SLICE = 1_000_000

/**
 * Timelines that the other generation lacks, by number. One whose first event is beyond the ends
 * does not count yet; its time of receipt shows that, because rows of timelines have no raw
 * position. One whose first event is not there must be an hour old, because the event may be on its
 * way.
 */
export async function findMissingTimelines(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  scope: ComparisonScope,
): Promise<readonly MissingRows[]> {
  const live = databaseName(pair.live)
  const [size] = await clickhouse.query<{ readonly rows: number }>(
    `SELECT count() AS rows FROM ${live}.message_timeline`,
  )
  const slices = Math.ceil(((size?.rows ?? 0) + 1) / ROWS_PER_SLICE)
  const byNumber = new Map<string, MissingRows>()
  for (let slice = 0; slice < slices; slice += 1) {
    const inSlice = `cityHash64(number, message_id) % ${slices} = ${slice}`
    const rows = await clickhouse.query<MissingRows>(
      missingInSlice({ live, other: databaseName(pair.other), inSlice, scope }),
      { ends: scope.ends },
    )
    for (const row of rows) {
      const before = byNumber.get(row.place)
      byNumber.set(row.place, before ? { ...before, rows: before.rows + row.rows } : row)
    }
  }
  return [...byNumber.values()]
}

function missingInSlice({
  live,
  other,
  inSlice,
  scope,
}: {
  readonly live: string
  readonly other: string
  readonly inSlice: string
  readonly scope: ComparisonScope
}): string {
  const lacking = `
    SELECT number, message_id, participant, min(first_received_at) AS first_at
    FROM ${live}.message_timeline
    WHERE ${inSlice} AND anchor_day >= ${firstDay(scope)}
      AND (number, message_id, participant) NOT IN (
        SELECT number, message_id, participant FROM ${other}.message_timeline WHERE ${inSlice})
    GROUP BY number, message_id, participant
    HAVING toDate(first_at) >= ${firstDay(scope)}`
  return `
    WITH lacking AS (${lacking}),
      events AS (
        SELECT number, message_id, received_at,
          raw_offset < {ends:Array(UInt64)}[raw_partition + 1] AS is_done
        FROM ${live}.message_events
        WHERE ${inSlice} AND (number, message_id) IN (SELECT number, message_id FROM lacking))
    SELECT 'message_timeline' AS table, concat('number ', number) AS place, count() AS rows,
      groupArray(3)(message_id) AS examples
    FROM (SELECT * FROM lacking ORDER BY number, message_id, participant)
    WHERE (number, message_id, first_at) IN (
        SELECT number, message_id, received_at FROM events WHERE is_done)
      OR (first_at < now() - INTERVAL 1 HOUR
        AND (number, message_id, first_at) NOT IN (
          SELECT number, message_id, received_at FROM events WHERE NOT is_done))
    GROUP BY number
    ORDER BY number`
}
