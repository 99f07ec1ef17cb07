import { type ClickHouse } from '../client/clickhouse-client.ts'
import { type RawEnds } from './raw-ends.ts'
import {
  findDifferences,
  findDifferencesAmong,
  findInFlight,
  type GenerationPair,
  type KeyedTable,
  type TimelineDifference,
} from './timeline-differences.ts'

const ROUNDS_MAX = 5
/** More would only show that something is wrong as a whole. */
const DIFFERENCES_MAX = 10_000

export interface TimelineComparison {
  readonly differing: readonly TimelineDifference[]
  /** There are more than were looked at. */
  readonly isTruncated: boolean
  /** Timelines that got new events in every round, so that nothing can be said about them now. */
  readonly inFlight: number
}

/**
 * Compares every timeline of two generations under live traffic. A difference counts if nothing was
 * received for its message since the ends that both have processed; otherwise it is looked at
 * again, at ends that both have processed by then.
 */
export async function compareUnderTraffic(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { keyed, settle }: { readonly keyed: KeyedTable; readonly settle: () => Promise<RawEnds> },
): Promise<TimelineComparison> {
  let ends = await settle()
  let open = await findDifferences(clickhouse, pair, { countMax: DIFFERENCES_MAX, keyed })
  const isTruncated = open.length === DIFFERENCES_MAX
  const differing: TimelineDifference[] = []
  for (let round = 1; open.length > 0; round += 1) {
    // What the comparison saw has been received by now; once this is processed, its events are
    // rows, too.
    const next = await settle()
    const late = await findInFlight(clickhouse, pair, { keys: open, ends })
    differing.push(...open.filter((difference) => !late.has(difference)))
    if (late.size === 0) break
    if (round === ROUNDS_MAX) return { differing, isTruncated, inFlight: late.size }
    ends = next
    open = await findDifferencesAmong(clickhouse, pair, { keys: [...late], keyed })
  }
  return { differing, isTruncated, inFlight: 0 }
}
