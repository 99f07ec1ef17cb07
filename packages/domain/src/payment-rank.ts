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
    default:
      return 0
  }
}
