import { type TimelineRow } from '../query/trace-queries.ts'

const rungBits = [['played', 8], ['read', 4], ['delivered', 2], ['sent', 1]] as const
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
  const flags: string[] = []
  const hasDelivered = (row.rungs & DELIVERED_BIT) !== 0
  if (!hasDelivered && (row.rungs & ABOVE_DELIVERED_BITS) !== 0) flags.push('implied delivered')
  if (row.failed && row.rungs >= DELIVERED_BIT) flags.push('conflict: delivered and failed')
  if (row.failureCode !== null) flags.push(`error ${row.failureCode}`)
  if (row.headless) flags.push('headless')
  if (row.historical) flags.push('from history')
  if (row.deleted) flags.push('deleted by the customer')
  if (row.warned) flags.push('delivered in part')
  if (row.edited) flags.push('edited')
  if (row.revoked) flags.push('revoked')
  if (row.replied) flags.push('answered')
  if (row.reaction !== null && row.reaction !== '') flags.push(`reaction ${row.reaction}`)
  if (row.inReplyTo !== '') flags.push(`answers ${row.inReplyTo}`)
  return flags
}
