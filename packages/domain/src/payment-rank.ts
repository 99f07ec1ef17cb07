/**
 * How far a status of a payment goes; 0 for a word that nobody knows. Captured beats failed: a
 * customer may pay at the second try.
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
