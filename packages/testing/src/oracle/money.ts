import { type Fact } from './facts.ts'
import { compareText, least } from './greatest.ts'
import { child, type Json, listOf, textOf } from './json.ts'

/** What a message costs, as one status reports it. */
interface PriceParts {
  readonly priceRank: number
  readonly pricingModel: string | null
  readonly pricingType: string | null
  readonly pricingCategory: string | null
  readonly billable: boolean | null
}

/** One price, whole, of the status nearest to the delivery; of two such the greater. */
export function expectPrice(statuses: readonly Fact[]): PriceParts {
  const prices = statuses.map(({ item, word }) => {
    // Examples for groups have the pricing within the conversation.
    const pricing = child('pricing' in item ? item : child(item, 'conversation'), 'pricing')
    const billable = pricing['billable']
    return {
      priceRank: word === 'delivered' ? 3 : word === 'read' || word === 'played' ? 2 : 1,
      pricingModel: textOf(pricing['pricing_model']),
      pricingType: textOf(pricing['type']),
      pricingCategory: textOf(pricing['category']),
      billable: typeof billable === 'boolean' ? billable : null,
    }
  })
  const given = prices.filter((price) =>
    [price.pricingModel, price.pricingType, price.pricingCategory, price.billable].some(
      (part) => part !== null,
    ),
  )
  const nothing = {
    priceRank: 0,
    pricingModel: null,
    pricingType: null,
    pricingCategory: null,
    billable: null,
  }
  return given.toSorted(byPrice).at(-1) ?? nothing
}

function byPrice(a: PriceParts, b: PriceParts): number {
  return (
    a.priceRank - b.priceRank ||
    compareText(a.pricingModel ?? '', b.pricingModel ?? '') ||
    compareText(a.pricingType ?? '', b.pricingType ?? '') ||
    compareText(a.pricingCategory ?? '', b.pricingCategory ?? '') ||
    Number(a.billable ?? -1) - Number(b.billable ?? -1)
  )
}

/** Of the furthest word: the first time. */
export function expectPayment(facts: readonly Fact[]) {
  const words = facts.filter(({ word }) => word.startsWith('payment ')).map(toPaymentWord)
  const furthest = PAYMENT_WORDS.findLast((word) => words.some((one) => one.word === word))
  return {
    paymentStatus: furthest ?? null,
    paymentAt: least(words.filter(({ word }) => word === furthest).map(({ atMs }) => atMs)),
  }
}

const PAYMENT_WORDS = ['pending', 'failed', 'captured', 'partially_refunded', 'refunded']

/** Refunds come under the word that the payment had before. */
function toPaymentWord({ atMs, item, word }: Fact) {
  const payment = child(item, 'payment')
  const valueOf = (of: Json) => Number(child(of, 'amount')['value'])
  const refunded = listOf(payment['refunds'])
    .filter(({ status }) => status === 'success')
    .reduce((sum, refund) => sum + valueOf(refund), 0)
  if (!(refunded > 0)) return { atMs, word: word.slice('payment '.length) }
  return { atMs, word: refunded < valueOf(payment) ? 'partially_refunded' : 'refunded' }
}
