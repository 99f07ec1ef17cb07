import { isDifferenceKind } from '@wabastream/clickhouse'

/**
 * The name under which a lagging live generation is accepted: what it has not processed yet shows
 * as a difference.
 */
export const LIVE_BEHIND = 'live_behind'

/** How the generations may differ. */
export interface Agreed {
  /** At most this many rows may be missing. */
  readonly missingMax: number
  /** Kinds of differences. */
  readonly accepted: ReadonlySet<string>
}

/** Whether it can be accepted by this name. Missing rows are accepted by their number. */
export function isAcceptable(kind: string): boolean {
  if (kind === 'missing_row') return false
  return kind === LIVE_BEHIND || isDifferenceKind(kind)
}
