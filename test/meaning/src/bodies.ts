import { type Told } from './tell.ts'

const ACCOUNT = '770000000000001'
const DISPLAY = '15550783881'
const CUSTOMER = '15550177001'

const told = (body: unknown, receivedAt: number): Told => ({
  body: Buffer.from(JSON.stringify(body)),
  receivedAt,
})

const change = (accountId: string, field: string, value: unknown, timeMs?: number) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: accountId,
      ...(timeMs !== undefined && { time: timeMs / 1_000 }),
      changes: [{ field, value }],
    },
  ],
})

interface Statuses {
  readonly atMs: number
  readonly statuses: readonly unknown[]
}

/** Statuses of one message, all of one time (ms). */
export function outboundStatuses(
  messageId: string,
  atMs: number,
  words: readonly string[] = ['sent', 'delivered'],
): Statuses {
  const statuses = words.map((status) => ({
    id: messageId,
    status,
    timestamp: String(atMs / 1_000),
    recipient_id: CUSTOMER,
    ...(status === 'failed'
      ? { errors: [{ code: 131026, title: 'Message undeliverable' }] }
      : { pricing: { pricing_model: 'PMP', type: 'regular', category: 'utility' } }),
  }))
  return { atMs, statuses }
}

/** A webhook of messages, which came a second later. */
export function messagesBody(number: string, { atMs, statuses }: Statuses): Told {
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: DISPLAY, phone_number_id: number },
    statuses,
  }
  return told(change(ACCOUNT, 'messages', value), atMs + 1_000)
}

/** A webhook about an account, which came a second later. */
export function accountBody(accountId: string, field: string, atMs: number, value: unknown): Told {
  return told(change(accountId, field, value, atMs), atMs + 1_000)
}
