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

const failure = { errors: [{ code: 131026, title: 'Message undeliverable' }] }

/** Statuses of one message, all of one time (ms). What failed has no price. */
export function outboundStatuses(
  messageId: string,
  atMs: number,
  {
    words = ['sent', 'delivered'],
    category = 'utility',
  }: { readonly words?: readonly string[]; readonly category?: string } = {},
): Statuses {
  const statuses = words.map((status) => ({
    id: messageId,
    status,
    timestamp: String(atMs / 1_000),
    recipient_id: CUSTOMER,
    ...(status === 'failed'
      ? failure
      : { pricing: { pricing_model: 'PMP', type: 'regular', category } }),
  }))
  return { atMs, statuses }
}

/** One status of a group message for each of these participants; for the group itself without. */
export function groupStatuses(
  messageId: string,
  atMs: number,
  participants: readonly string[],
  status = 'delivered',
): Statuses {
  const given = participants.length === 0 ? [undefined] : participants
  const statuses = given.map((participant) => ({
    id: messageId,
    status,
    timestamp: String(atMs / 1_000),
    recipient_id: 'Y2FwaV9ncm91cDpzdG9yeQ==',
    recipient_type: 'group',
    ...(participant !== undefined && { recipient_participant_id: participant }),
    ...(status === 'failed' && failure),
    ...(status === 'delivered' && {
      pricing: { pricing_model: 'PMP', type: 'regular', category: 'group_utility' },
    }),
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
