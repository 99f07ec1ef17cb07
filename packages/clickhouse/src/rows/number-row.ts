import { type WhatsAppEvent } from '@wabastream/contracts'
import { type Row, toDay } from './cells.ts'

export const numberColumns = ['number', 'account_id', 'display_number', 'last_day'] as const

/**
 * The row of `numbers`: what the event says of the number that it came to; undefined of none. What
 * an account event names may be another number than the one that it came to.
 */
export function toNumberRow({ data, type }: WhatsAppEvent): Row<typeof numberColumns> | undefined {
  const { accountId, displayNumber, number, receivedAt } = data.envelope
  if (number === '' || type === 'AccountEventReceived') return undefined
  return [number, accountId ?? '', displayNumber ?? '', toDay(receivedAt)]
}
