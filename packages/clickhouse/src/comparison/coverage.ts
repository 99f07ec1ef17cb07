import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { belowEnds } from './raw-ends.ts'
import { firstDay, type ComparisonScope } from './scope.ts'
import { type GenerationPair } from './timeline-differences.ts'

/** Consecutive raw records for which the live generation has a verdict and the other has none. */
export interface MissingRange {
  readonly partition: number
  readonly first: number
  readonly last: number
  readonly webhooks: number
}

const OFFSETS_PER_SLICE = 1_000_000
const RANGES_MAX = 1_000

/**
 * What the other generation must hold to replace the live one: a verdict for every raw record for
 * which the live one has a verdict. Rows past their retention do not count.
 */
export async function findMissingRanges(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  scope: ComparisonScope,
): Promise<readonly MissingRange[]> {
  const { ends } = scope
  const held = `${belowEnds} AND toDate(received_at) >= ${firstDay(scope)}`
  const slices = await clickhouse.query<{ readonly partition: number; readonly slice: number }>(
    `
    SELECT raw_partition AS partition, intDiv(raw_offset, ${OFFSETS_PER_SLICE}) AS slice
    FROM ${databaseName(pair.live)}.raw_webhooks
    WHERE ${held}
    GROUP BY partition, slice
    ORDER BY partition, slice`,
    { ends },
  )
  const missing: MissingRange[] = []
  for (const { partition, slice } of slices) {
    if (missing.length >= RANGES_MAX) break
    const from = slice * OFFSETS_PER_SLICE
    const inSlice = `raw_partition = ${partition} AND raw_offset >= ${from}
      AND raw_offset < ${from + OFFSETS_PER_SLICE}`
    missing.push(
      ...(await clickhouse.query<MissingRange>(
        `
      SELECT ${partition} AS partition, min(raw_offset) AS first, max(raw_offset) AS last,
        count() AS webhooks
      FROM (
        SELECT raw_offset, raw_offset - row_number() OVER (ORDER BY raw_offset) AS run
        FROM (
          SELECT DISTINCT raw_offset FROM ${databaseName(pair.live)}.raw_webhooks
          WHERE ${inSlice} AND ${held} AND raw_offset NOT IN (
            SELECT raw_offset FROM ${databaseName(pair.other)}.raw_webhooks WHERE ${inSlice})
        )
      )
      GROUP BY run
      ORDER BY first
      LIMIT ${RANGES_MAX}`,
        { ends },
      )),
    )
  }
  return missing
}
