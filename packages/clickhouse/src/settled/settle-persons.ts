import { type ClickHouse } from '../client/clickhouse-client.ts'
import { notCanary } from '../views/view-definition.ts'
import { ALIAS_PAIRS, connectedBy, edgesOf, MARKS_DAYS } from './persons-sql.ts'

/** An insert that is under way has marked its rows, and ends or is given up within this. */
const INSERT_MS_MAX = 60_000
/** So that memory stays bounded however much was said. */
const MARKS_MAX = 50_000
const ROWS_PER_SLICE = 500_000

export interface SettleOptions {
  readonly client: Pick<ClickHouse, 'command' | 'query'>
  readonly database: string
  /** Only tests, which await their inserts, have another one. */
  readonly insertMsMax?: number
  readonly signal?: AbortSignal
}

/**
 * Brings `settled_persons` up to date, in steps of a bounded number of marks. Can be killed at any
 * time and run by several processes: what a step writes is seen only with its last insert, and is
 * the same when it is written again.
 */
export async function settlePersons(options: SettleOptions): Promise<void> {
  const { client, database, insertMsMax = INSERT_MS_MAX, signal } = options
  const known = await client.query(`SELECT 1 FROM ${database}.settled_aliases LIMIT 1`)
  // Views wait for queries that looked before, of which there are none at first.
  const minutesAgo = known.length === 0 ? 1 : 0
  await markAllIfOld(options)
  for (;;) {
    const [step] = await client.query<Step>(nextStep(database, insertMsMax))
    if (signal?.aborted === true || step === undefined || step.until <= step.since) return
    await client.command(settle(database, step))
    await client.command(`
      INSERT INTO ${database}.settled_aliases (through, settled_at)
      SELECT ${timeOf(step.until)}, now64(6, 'UTC') - toIntervalMinute(${minutesAgo})`)
    if (step.isLast === 1) return
  }
}

/** Marks every alias, in slices, where no marks are left of some time that was not settled. */
async function markAllIfOld({ client, database }: SettleOptions): Promise<void> {
  const slices = await client.query<{ readonly slice: number; readonly of: number }>(`
    SELECT toUInt32(intDiv(count(), ${ROWS_PER_SLICE}) + 1) AS of, arrayJoin(range(of)) AS slice
    FROM ${database}.contact_aliases
    WHERE (SELECT max(through) FROM ${database}.settled_aliases)
      < now64(6, 'UTC') - toIntervalDay(${MARKS_DAYS - 2})
    HAVING count() > 0`)
  for (const { of, slice } of slices) {
    // Each has a time of its own, so that steps can end anywhere.
    await client.command(`
      INSERT INTO ${database}.alias_marks (marked_at, scope, a, b, last_day)
      SELECT now64(6, 'UTC') - toIntervalMillisecond(${INSERT_MS_MAX + 5_000})
          + toIntervalMicrosecond(rowNumberInAllBlocks()), ${ALIAS_PAIRS}, max(last_day)
      FROM ${database}.contact_aliases
      WHERE ${notCanary} AND cityHash64(left_id) % ${of} = ${slice}
      GROUP BY scope, a, b`)
  }
}

/** Marks after `since` until `until` (µs). */
interface Step {
  readonly since: number
  readonly until: number
  readonly isLast: 0 | 1
}

const nextStep = (database: string, insertMsMax: number): string => `
    WITH (SELECT max(through) FROM ${database}.settled_aliases) AS settled,
      now64(6, 'UTC') - toIntervalMillisecond(${insertMsMax}) AS done,
      (SELECT groupArray(marked_at) FROM (
        SELECT marked_at FROM ${database}.alias_marks WHERE marked_at > settled
        ORDER BY marked_at LIMIT 1 OFFSET ${MARKS_MAX})) AS more
    SELECT toUnixTimestamp64Micro(settled) AS since,
      toUnixTimestamp64Micro(if(empty(more), done, least(done, more[1]))) AS until,
      toUInt8(until = toUnixTimestamp64Micro(done)) AS isLast`

function settle(database: string, { since, until }: Step): string {
  const settled = `SELECT * FROM ${database}.settled_persons FINAL`
  const ids = 'SELECT scope, arrayJoin([a, b]) FROM marked'
  const edges = edgesOf({ ids, pairs: 'SELECT scope, a, b FROM marked', settled })
  // In one block, so that it is seen at once.
  return `
    INSERT INTO ${database}.settled_persons (scope, id, person, last_day, through)
    WITH marked AS (
      SELECT scope, a, b, max(last_day) AS day FROM ${database}.alias_marks
      WHERE marked_at > ${timeOf(since)} AND marked_at <= ${timeOf(until)}
      GROUP BY scope, a, b
    )
    SELECT r.scope, r.id, if(c.person = '', r.known, c.person), r.day, ${timeOf(until)}
    FROM (
      SELECT scope, id, max(person) AS known, max(day) AS day, max(known_day) AS known_day
      FROM (
        SELECT scope, arrayJoin([a, b]) AS id, '' AS person, day, toDate(0) AS known_day
        FROM marked
        UNION ALL
        SELECT scope, id, person, last_day, last_day FROM (${settled})
        WHERE (scope, id) IN (${ids})
        UNION ALL
        SELECT scope, id, person, last_day, last_day FROM (${settled})
        WHERE person IN (SELECT arrayJoin(edge).1 FROM (${edges}))
          AND (scope, person) IN (SELECT scope, arrayJoin(edge).1 FROM (${edges}))
      )
      GROUP BY scope, id
    ) AS r
    LEFT ANY JOIN (SELECT scope, name, is_id, person FROM (${connectedBy(edges)})) AS c
      ON c.scope = r.scope AND c.name = if(r.known = '', r.id, r.known)
        AND c.is_id = (r.known = '')
    WHERE c.person != '' OR r.day > r.known_day
    SETTINGS max_threads = 1, max_block_size = 10000000, max_insert_block_size = 10000000,
      min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 0`
}

const timeOf = (us: number): string => `fromUnixTimestamp64Micro(${us}, 'UTC')`
