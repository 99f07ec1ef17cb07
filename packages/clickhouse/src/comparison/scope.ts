import { type ClickHouse } from '../client/clickhouse-client.ts'
import { readTableDays } from '../migrations/table-days.ts'
import { type RawEnds } from './raw-ends.ts'

/** The part of two generations that is compared. */
export interface ComparisonScope {
  /** Rows with a raw position count if it is below these. */
  readonly ends: RawEnds
  /** Days for which the live generation's tables keep their rows. */
  readonly retentionDays: number
}

/**
 * ClickHouse deletes the rows of a day during some merge, at a different time in each generation,
 * and by the server's own midnight, so the days on either side of the border are not compared.
 */
const BORDER_DAYS = 2

/** The first day of which both generations are sure to have all rows. */
export function firstDay({ retentionDays }: Pick<ComparisonScope, 'retentionDays'>): string {
  return `(toDate(now('UTC')) - ${Math.max(retentionDays - BORDER_DAYS, 0)})`
}

/** Practically for ever, but no day before 1970. */
const RETENTION_DAYS_MAX = 20_000

/** What is compared with the live generation, below these ends. */
export async function readComparisonScope(
  clickhouse: ClickHouse,
  { live, ends }: { readonly live: number; readonly ends: RawEnds },
): Promise<ComparisonScope> {
  return { ends, retentionDays: (await readTableDays(clickhouse, live)) ?? RETENTION_DAYS_MAX }
}
