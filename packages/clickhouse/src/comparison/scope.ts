import { type ClickHouse } from '../client/clickhouse-client.ts'
import { readContentDays, readTableDays } from '../migrations/table-days.ts'
import { type RawEnds } from './raw-ends.ts'

/** The part of two generations that is compared. */
export interface ComparisonScope {
  /** Rows with a raw position count if it is below these. */
  readonly ends: RawEnds
  /** Days for which the live generation's tables keep their rows. */
  readonly retentionDays: number
  /** Those for which it keeps texts and names; as long as rows where it is not given. */
  readonly contentDays?: number | undefined
}

/** The scope of a table, whose rows may be kept for less long than others. */
export function scopeOf(table: string, scope: ComparisonScope): ComparisonScope {
  const { contentDays = scope.retentionDays, retentionDays } = scope
  if (table !== 'message_content') return scope
  return { ...scope, retentionDays: Math.min(contentDays, retentionDays) }
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
  const [retentionDays, contentDays] = await Promise.all([
    readTableDays(clickhouse, live),
    readContentDays(clickhouse, live),
  ])
  return {
    ends,
    retentionDays: retentionDays ?? RETENTION_DAYS_MAX,
    contentDays: contentDays ?? undefined,
  }
}
