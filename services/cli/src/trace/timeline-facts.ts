import { type TimelineRow } from './trace-queries.ts'

const rungBits = [
  ['played', 8],
  ['read', 4],
  ['delivered', 2],
  ['sent', 1],
] as const
const DELIVERED_BIT = 2
const ABOVE_DELIVERED_BITS = 4 | 8

/** Effective status: `failed` gives way to anything from delivered up. */
export function topRung(row: Pick<TimelineRow, 'rungs' | 'failed' | 'inbound'>): string {
  const [top] = rungBits.find(([, bit]) => (row.rungs & bit) !== 0) ?? [null]
  const isDelivered = row.rungs >= DELIVERED_BIT
  if (row.failed && !isDelivered) return 'failed'
  return top ?? (row.inbound ? 'received' : 'none')
}

export function timelineFlags(row: TimelineRow): readonly string[] {
  const hasDelivered = (row.rungs & DELIVERED_BIT) !== 0
  const isImplied = !hasDelivered && (row.rungs & ABOVE_DELIVERED_BITS) !== 0
  const { reaction } = row
  const flags: readonly (readonly [boolean, string])[] = [
    [isImplied, 'implied delivered'],
    [row.failed && row.rungs >= DELIVERED_BIT, 'conflict: delivered and failed'],
    [row.failureCode !== null, `error ${row.failureCode}`],
    [row.headless, 'headless: its beginning was not seen first'],
    [row.markedRead, 'blue ticks'],
    [row.inbound && !row.markedRead && !row.historical, 'grey ticks'],
    [row.historical, 'from history'],
    [row.deleted, 'deleted by the customer'],
    [row.warned, 'delivered in part'],
    [row.edited, 'edited'],
    [row.revoked, 'revoked'],
    [row.replied, 'answered'],
    [reaction !== null && reaction !== '', `reaction ${reaction}`],
    [row.inReplyTo !== '', `answers ${row.inReplyTo}`],
  ]
  return flags.filter(([isSet]) => isSet).map(([, flag]) => flag)
}
