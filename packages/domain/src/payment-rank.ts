import { type PaymentStatusChanged } from '@wabastream/contracts'

/**
 * How far a payment's status goes; 0 for an unknown word. Captured beats failed: a customer may pay
 * at the second attempt.
 */
export function paymentRank(status: string): number {
  switch (status) {
    case 'pending':
      return 1
    case 'failed':
      return 2
    case 'captured':
      return 3
    case 'partially_refunded':
      return 4
    case 'refunded':
      return 5
    default:
      return 0
  }
}

/** The word of the status, or what refunds have made of the payment: they keep its word. */
export function paymentStatusOf({
  status,
  refundedValue,
  amountValue,
}: Pick<PaymentStatusChanged, 'status' | 'refundedValue' | 'amountValue'>): string {
  if (refundedValue === null || refundedValue <= 0) return status
  return amountValue === null || refundedValue >= amountValue ? 'refunded' : 'partially_refunded'
}
