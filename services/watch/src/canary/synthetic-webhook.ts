import { createHmac } from 'node:crypto'
import { CANARY_NUMBER } from '@wabastream/contracts'

export interface SyntheticWebhook {
  readonly messageId: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** What a provider would send about one text message to the canary's number. */
export function createSyntheticWebhook({
  id,
  nowMs,
  secret,
}: {
  readonly id: string
  readonly nowMs: number
  readonly secret: string
}): SyntheticWebhook {
  const messageId = `canary.${id}`
  const body = Buffer.from(
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: CANARY_NUMBER,
          changes: [
            {
              field: 'messages',
              value: {
                messaging_product: 'whatsapp',
                metadata: { display_phone_number: '', phone_number_id: CANARY_NUMBER },
                messages: [
                  {
                    id: messageId,
                    from: '0',
                    type: 'text',
                    text: { body: 'canary' },
                    timestamp: String(Math.floor(nowMs / 1_000)),
                  },
                ],
              },
            },
          ],
        },
      ],
    }),
  )
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  return {
    messageId,
    body,
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
  }
}
