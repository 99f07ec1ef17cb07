import { type WebhookContext } from './items/item-context.ts'
import { sha256Hex } from './signature-verifier.ts'

/** Bodies composed for tests, by kind. Nobody has ever sent any of them. */
export const NUMBER = '109876543210987'
export const ACCOUNT = '200300400500600'
export const CUSTOMER = '491511234567'
export const CUSTOMER_USER = 'DE.10203040506070809010'
export const SECONDS = 1_767_225_600
export const RECEIVED_AT = (SECONDS + 2) * 1000

export const testContext: WebhookContext = {
  receiptId: '019b7643-b400-7000-8000-000000000001',
  receivedAt: RECEIVED_AT,
  channel: 'support',
  configuredNumber: null,
  rawPartition: 3,
  rawOffset: 42,
  hashText: sha256Hex,
}

export function toBytes(body: unknown): Uint8Array {
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
}

export function change(field: string, value: unknown) {
  return { field, value }
}

export function envelopeOf(...changes: readonly unknown[]) {
  return { object: 'whatsapp_business_account', entry: [{ id: ACCOUNT, time: SECONDS, changes }] }
}

const metadata = { display_phone_number: '+49 30 1234567', phone_number_id: NUMBER }

/** A value of field `messages` (or another that names its number). */
export function valueOf(lists: Readonly<Record<string, unknown>>) {
  return { messaging_product: 'whatsapp', metadata, ...lists }
}

export function cloud(lists: Readonly<Record<string, unknown>>) {
  return envelopeOf(change('messages', valueOf(lists)))
}

export function message(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    from: CUSTOMER,
    id: 'wamid.M1',
    timestamp: String(SECONDS),
    type: 'text',
    text: { body: 'Is it still there?' },
    ...fields,
  }
}

export function status(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    id: 'wamid.S1',
    status: 'delivered',
    timestamp: String(SECONDS),
    recipient_id: CUSTOMER,
    ...fields,
  }
}

export const contact = {
  profile: { name: 'Ada' },
  wa_id: CUSTOMER,
  user_id: CUSTOMER_USER,
}

export const groupStatus = status({
  recipient_id: 'R3JvdXAtT25l',
  recipient_type: 'group',
  recipient_participant_id: CUSTOMER,
  recipient_participant_user_id: CUSTOMER_USER,
  conversation: {
    id: 'c1',
    origin: { type: 'group_utility' },
    pricing: { billable: false, pricing_model: 'PMP', type: 'regular', category: 'utility' },
  },
})

export const paymentStatus = status({
  type: 'payment',
  status: 'captured',
  payment: {
    reference_id: 'order-9',
    amount: { value: 1999, offset: 100 },
    currency: 'BRL',
    transaction: { id: 'tx-1', status: 'success' },
  },
})

export const failedStatus = status({
  status: 'failed',
  errors: [
    {
      code: '131026',
      title: 'Undeliverable',
      message: 'Undeliverable',
      error_data: { details: 'Cannot be reached' },
      href: 'https://example.com/131026',
    },
  ],
})

/** A history with a customer's message and one of the business, and media that came later. */
export const history = envelopeOf(
  change(
    'history',
    valueOf({
      history: [
        {
          metadata: { phase: 0, chunk_order: 1, progress: 50 },
          threads: [
            {
              id: CUSTOMER,
              context: { user_id: CUSTOMER_USER },
              messages: [
                message({ id: 'wamid.H1', history_context: { status: 'READ' } }),
                message({
                  id: 'wamid.H2',
                  from: '49301234567',
                  to: CUSTOMER,
                  history_context: { status: 'DELIVERED' },
                }),
              ],
            },
          ],
        },
      ],
    }),
  ),
)

export const callStatus = envelopeOf(
  change(
    'calls',
    valueOf({
      statuses: [{ id: 'wacid.1', type: 'call', status: 'RINGING', timestamp: String(SECONDS) }],
    }),
  ),
)
