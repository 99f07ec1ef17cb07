import { type ClickHouse } from '../client/clickhouse-client.ts'
import { compareContents, type Contents } from './compare-contents.ts'
import { findMissingRanges, type MissingRange } from './coverage.ts'
import { findMissingRows } from './missing-rows.ts'
import { type MissingRows } from './missing-timelines.ts'
import { type ContentsOptions } from './timeline-contents.ts'
import { type GenerationPair } from './timeline-differences.ts'

export type GenerationComparison =
  /** Verdicts are missing, so that nothing else was compared. */
  | { readonly kind: 'incomplete'; readonly ranges: readonly MissingRange[] }
  | {
      readonly kind: 'compared'
      readonly missing: readonly MissingRows[]
      /** How else they differ. */
      readonly contents: Contents
    }

/** What keeps the other generation from replacing the live one, except what is accepted. */
export async function compareGenerations(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  options: ContentsOptions,
): Promise<GenerationComparison> {
  const ranges = await findMissingRanges(clickhouse, pair, options.scope)
  if (ranges.length > 0) return { kind: 'incomplete', ranges }
  const missing = await findMissingRows(clickhouse, pair, options.scope)
  // The missing rows were just counted.
  const accepted = new Set([...options.accepted, 'missing_row'])
  const contents = await compareContents(clickhouse, pair, { ...options, accepted })
  return { kind: 'compared', missing, contents }
}
