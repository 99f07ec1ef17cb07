import { type MessageStatusChanged, type MessageTimeline } from '@wabastream/contracts'
import { parseRung } from './ladder.ts'
import { isGreaterText } from './utf8.ts'

/** One price, whole: what one status reported. */
export type Price = Pick<
  MessageTimeline,
  'priceRank' | 'pricingModel' | 'pricingType' | 'pricingCategory' | 'billable'
>

/**
 * The price of the status nearest to the delivery, which is what the provider charges for (META
 * pricing, since 2025-07), whole: two statuses of a message may report two. Returns the very
 * timeline it got when it has that price.
 */
export function withPrice(
  timeline: MessageTimeline,
  status: MessageStatusChanged,
): MessageTimeline {
  const { pricingModel, pricingType, pricingCategory, billable } = status
  const isPriced =
    pricingModel !== null || pricingType !== null || pricingCategory !== null || billable !== null
  if (!isPriced) return timeline
  const priceRank = rankOf(status.status)
  const price: Price = { priceRank, pricingModel, pricingType, pricingCategory, billable }
  return isGreaterPrice(price, timeline) ? { ...timeline, ...price } : timeline
}

/** By rank; of prices of the same rank the greater in each part, in the order of the parts. */
export function isGreaterPrice(left: Price, right: Price): boolean {
  if (left.priceRank !== right.priceRank) return left.priceRank > right.priceRank
  for (const part of ['pricingModel', 'pricingType', 'pricingCategory'] as const) {
    const [one, other] = [left[part] ?? '', right[part] ?? '']
    if (one !== other) return isGreaterText(one, other)
  }
  return billableRank(left.billable) > billableRank(right.billable)
}

/** Unknown, no, yes. */
export function billableRank(billable: boolean | null): number {
  return billable === null ? -1 : Number(billable)
}

function rankOf(status: string): number {
  switch (parseRung(status)) {
    case 'delivered':
      return 3
    case 'read':
    case 'played':
      return 2
    case 'sent':
    case undefined:
      return 1
  }
}
