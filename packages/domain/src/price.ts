import { type MessageStatusChanged, type MessageTimeline } from '@wabastream/contracts'
import { parseRung } from './ladder.ts'
import { type TimelineDraft } from './timeline-draft.ts'
import { isGreaterText } from './bytes/utf8.ts'

/** One price, whole: what one status reported. */
export type Price = Pick<
  MessageTimeline,
  'priceRank' | 'pricingModel' | 'pricingType' | 'pricingCategory' | 'billable'
>

/**
 * The price of the status nearest to the delivery, which is what the provider charges for (META
 * pricing, since 2025-07), whole: two statuses of a message may report two.
 */
export function addPrice(draft: TimelineDraft, status: MessageStatusChanged): void {
  const { pricingModel, pricingType, pricingCategory, billable } = status
  const isPriced =
    pricingModel !== null || pricingType !== null || pricingCategory !== null || billable !== null
  if (!isPriced) return
  const priceRank = rankOf(status.status)
  const price: Price = { priceRank, pricingModel, pricingType, pricingCategory, billable }
  if (!isGreaterPrice(price, draft)) return
  draft.priceRank = priceRank
  draft.pricingModel = pricingModel
  draft.pricingType = pricingType
  draft.pricingCategory = pricingCategory
  draft.billable = billable
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
