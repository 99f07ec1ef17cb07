import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { WhatsAppAPI } from 'whatsapp-api-js'
import { type OutgoingWebhook, toRequestHeaders } from './request-headers.ts'

const SECRET = 'app-secret'
/** As the provider spells what is not ASCII. */
const escaped = (text: string): string =>
  text.replaceAll(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

const body = Buffer.from(
  escaped(
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '1',
          changes: [
            {
              field: 'messages',
              value: {
                messaging_product: 'whatsapp',
                metadata: { display_phone_number: '49301234', phone_number_id: '111' },
                contacts: [{ profile: { name: 'Zoë' }, wa_id: '49170' }],
                messages: [
                  {
                    from: '49170',
                    id: 'wamid.A',
                    timestamp: '1',
                    type: 'text',
                    text: { body: 'ü' },
                  },
                ],
              },
            },
          ],
        },
      ],
    }),
  ),
)
const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
const outgoing: OutgoingWebhook = {
  receiptId: '0198-a',
  contentType: 'application/json',
  signature: `x-hub-signature-256: ${signature}`,
  body,
}
const plain = { headers: [], signingKey: null }
const now = { nowMs: Date.now(), replay: null }

function headersOf(...given: Parameters<typeof toRequestHeaders>): Record<string, string> {
  const list = toRequestHeaders(...given)
  return Object.fromEntries(
    list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] ?? '']] : [])),
  )
}

describe('what goes with a webhook', () => {
  it('lets a receiver that others wrote verify it as from the provider', async () => {
    const receiver = new WhatsAppAPI({ token: 't', appSecret: SECRET, v: 'v24.0' })
    const seen: string[] = []
    receiver.on.message = async ({ message }) => {
      seen.push(message.id)
    }
    const headers = headersOf(outgoing, plain, now)
    const given = headers['x-hub-signature-256'] ?? ''
    const text = body.toString()
    await receiver.post(JSON.parse(text), text, given)
    expect(seen).toEqual(['wamid.A'])
    await expect(receiver.post(JSON.parse(text), `${text} `, given)).rejects.toBeDefined()
  })

  it('is signed by us as Standard Webhooks say', () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const signingKey = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const headers = headersOf(outgoing, { ...plain, signingKey }, now)
    const judge = new Webhook(secret)
    expect(judge.verify(body.toString(), headers)).toEqual(JSON.parse(body.toString()))
    expect(() => judge.verify(`${body.toString()} `, headers)).toThrow('signature')
  })

  it('hands on nothing of a stored line that is no header', () => {
    const lines = 'x-signature: a\nnonsense\nx bad: b\n: c\nx-signature-2: d: e'
    expect(headersOf({ ...outgoing, signature: lines }, plain, now)).toEqual({
      'content-type': 'application/json',
      'x-signature': 'a',
      'x-signature-2': 'd: e',
      'x-wabastream-receipt-id': '0198-a',
    })
  })

  it('says which replay sends it, and authenticates as configured', () => {
    const headers = headersOf(
      { ...outgoing, signature: null, contentType: null },
      { headers: ['authorization', 'Bearer x'], signingKey: null },
      { ...now, replay: 'r1' },
    )
    expect(headers).toEqual({
      authorization: 'Bearer x',
      'content-type': 'application/json',
      'x-wabastream-receipt-id': '0198-a',
      'x-wabastream-replay': 'r1',
    })
  })
})
