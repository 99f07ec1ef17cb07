import { type MessageTimeline } from '@wabastream/contracts'

const FIRST = [
  'sentAt',
  'deliveredAt',
  'readAt',
  'playedAt',
  'failedAt',
  'messageAt',
  'deletedAt',
  'revokedAt',
  'repliedAt',
  'firstReceivedAt',
] as const
const GREATEST = [
  'inbound',
  'outbound',
  'failed',
  'failureCode',
  'messageType',
  'historical',
  'deleted',
  'warned',
  'editedAt',
  'edited',
  'revoked',
  'replied',
  'inReplyTo',
  'conversationId',
  'conversationOrigin',
  'pricingModel',
  'pricingType',
  'pricingCategory',
  'billable',
  'callbackData',
  'contactId',
  'contactUserId',
  'groupId',
  'lastReceivedAt',
] as const

/** What the table makes of the rows of one message: each column's own join. */
export function joinRows(timelines: readonly MessageTimeline[]): object {
  const row: Record<string, unknown> = { rungs: 0, reaction: '', payment: '' }
  for (const field of FIRST) {
    row[field] = chosen(
      timelines.map((one) => one[field]),
      (left, right) => left < right,
    )
  }
  for (const field of GREATEST) {
    row[field] = chosen(
      timelines.map((one) => one[field]),
      isGreater,
    )
  }
  row['rungs'] = timelines.reduce((rungs, one) => rungs | one.rungs, 0)
  row['reaction'] = chosen(
    timelines.map((one) => [one.reactedAt, one.reaction]),
    isGreaterOf,
  )
  row['payment'] = chosen(timelines.map(paymentOf), isGreaterOf)
  return row
}

/** The first of the values that are not null. */
function chosen<T>(values: readonly (T | null)[], isBefore: (left: T, right: T) => boolean) {
  return values.reduce(
    (best, one) => (one !== null && (best === null || isBefore(one, best)) ? one : best),
    null,
  )
}

type Value = string | number | boolean | null

/** Compares texts by their bytes; null comes before everything. */
function isGreater(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    return Buffer.compare(Buffer.from(left), Buffer.from(right)) > 0
  }
  return right === null ? left !== null : left !== null && left > right
}

function isGreaterOf(left: readonly Value[], right: readonly Value[]): boolean {
  const index = left.findIndex((value, place) => value !== right[place])
  return index !== -1 && isGreater(left[index] ?? null, right[index] ?? null)
}

function paymentOf({ paymentAt, paymentStatus }: MessageTimeline): readonly Value[] {
  const rank = ['pending', 'failed', 'captured'].indexOf(paymentStatus ?? '') + 1
  return [rank, paymentAt === null ? null : -paymentAt]
}
