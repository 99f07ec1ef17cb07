import { isDifferenceKind } from '@wabastream/clickhouse'

/**
 * That the live generation does not catch up, so that what it is still to do shows as differing.
 */
export const LIVE_BEHIND = 'live_behind'

/** In what the generations may differ. */
export interface Agreed {
  /** So many rows may be missing. */
  readonly missingMax: number
  /** Kinds of differences. */
  readonly accepted: ReadonlySet<string>
}

/** Whether it can be accepted by this name. Rows that are missing are accepted by their number. */
export function isAcceptable(kind: string): boolean {
  if (kind === 'missing_row') return false
  return kind === LIVE_BEHIND || isDifferenceKind(kind)
}
