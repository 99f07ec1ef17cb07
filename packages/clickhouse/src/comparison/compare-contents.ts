import { type ClickHouse } from '../client/clickhouse-client.ts'
import { compareAliases } from './alias-contents.ts'
import { type Differences, sumKinds } from './kinds.ts'
import { compareRows } from './row-contents.ts'
import {
  compareTimelineRows,
  compareTransitions,
  type ContentsOptions,
  type TimelineContents,
} from './timeline-contents.ts'
import { type GenerationPair } from './timeline-differences.ts'

export interface Contents extends Differences {
  readonly timelines: TimelineContents
  /** Timelines that kept changing while they were compared. */
  readonly inFlight: number
}

/** All differences between two generations, under live traffic, except accepted ones. */
export async function compareContents(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  options: ContentsOptions,
): Promise<Contents> {
  const rows = await compareRows(clickhouse, pair, options)
  const timelines = await compareTimelineRows(clickhouse, pair, options)
  const transitions = await compareTransitions(clickhouse, pair, options)
  const aliases = await compareAliases(clickhouse, pair, options)
  const all = [rows, timelines, transitions, aliases]
  return {
    timelines,
    kinds: sumKinds(all.flatMap(({ kinds }) => kinds)),
    isTruncated: all.some(({ isTruncated }) => isTruncated),
    inFlight: Math.max(timelines.inFlight, transitions.inFlight),
  }
}
