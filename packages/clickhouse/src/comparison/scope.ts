import { type ClickHouse } from '../client/clickhouse-client.ts'
import { readTableDays } from '../migrations/table-days.ts'
import { type RawEnds } from './raw-ends.ts'

/** What of two generations is compared. */
export interface ComparisonScope {
  /** Rows with a raw position count below these. */
  readonly ends: RawEnds
  /** The live generation's tables keep their rows for so many days. */
  readonly retentionDays: number
}

/**
 * ClickHouse deletes the rows of a day when a merge comes by, in each generation at another time,
 * and by the server's own midnight: the days on either side of the border are nobody's loss.
 */
const BORDER_DAYS = 2

/** The first day of which both generations are sure to have all rows. */
export function firstDay({ retentionDays }: Pick<ComparisonScope, 'retentionDays'>): string {
  return `(toDate(now('UTC')) - ${Math.max(retentionDays - BORDER_DAYS, 0)})`
}

/** As good as for ever, and no day before 1970. */
const RETENTION_DAYS_MAX = 20_000

/** What is compared with the live generation, below these ends. */
export async function readComparisonScope(
  clickhouse: ClickHouse,
  { live, ends }: { readonly live: number; readonly ends: RawEnds },
): Promise<ComparisonScope> {
  return { ends, retentionDays: (await readTableDays(clickhouse, live)) ?? RETENTION_DAYS_MAX }
}
