import { type DifferenceKind, type OffsetDifference } from './difference.ts'

/** What the verdict of one raw offset says, and the items of it that are rows. */
export interface OffsetBalance {
  readonly rawOffset: number
  readonly channel: string
  readonly receivedAt: number
  readonly eventsCounted: number
  readonly lettersCounted: number
  readonly eventItems: readonly number[]
  readonly letterItems: readonly number[]
  /** Items whose event says that it is an error, or has errors. */
  readonly errorItemsTold: readonly number[]
  readonly errorItems: readonly number[]
  readonly accountItemsTold: readonly number[]
  readonly accountItems: readonly number[]
  readonly contentItemsTold: readonly number[]
  readonly contentItems: readonly number[]
}

/** The differences at that offset; none when it adds up. */
export function toDifferences(
  rawPartition: number,
  balance: OffsetBalance,
): readonly OffsetDifference[] {
  const { rawOffset, channel, receivedAt, eventItems, letterItems } = balance
  const differences: OffsetDifference[] = []
  const report = (kind: DifferenceKind, amount: number, items: readonly number[]): void => {
    if (amount <= 0) return
    differences.push({
      kind,
      rawPartition,
      rawOffset,
      channel,
      receivedAt,
      amount,
      items: items.toSorted((a, b) => a - b),
    })
  }
  const events = balance.eventsCounted - eventItems.length
  const letters = balance.lettersCounted - letterItems.length
  report('missing_event', events, findUnaccounted(balance))
  report('surplus_event', -events, eventItems)
  report('missing_letter', letters, findUnaccounted(balance))
  report('surplus_letter', -letters, letterItems)
  const errors = without(balance.errorItemsTold, balance.errorItems)
  report('missing_error', errors.length, errors)
  const accounts = without(balance.accountItemsTold, balance.accountItems)
  report('missing_account_event', accounts.length, accounts)
  const contents = without(balance.contentItemsTold, balance.contentItems)
  report('missing_content', contents.length, contents)
  return differences
}

/**
 * Items are numbered without gaps, and each is an event or a letter; -1 is the body, not an item.
 */
function findUnaccounted(balance: OffsetBalance): readonly number[] {
  const { eventsCounted, lettersCounted, eventItems, letterItems } = balance
  const bodies = letterItems.filter((item) => item < 0).length
  const all = Array.from({ length: eventsCounted + lettersCounted - bodies }, (_, item) => item)
  return without(all, [...eventItems, ...letterItems])
}

function without(items: readonly number[], others: readonly number[]): readonly number[] {
  const known = new Set(others)
  return items.filter((item) => !known.has(item))
}
