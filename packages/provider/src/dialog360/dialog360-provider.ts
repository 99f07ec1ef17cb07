import { z } from 'zod'
import { parseAnswer } from '../http/answer.ts'
import { createKeyHolder, type ReadKey } from '../http/key-holder.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { secretsOf } from '../numbers/secrets-of.ts'
import { type Provider, type WebhookView } from '../port/provider.ts'
import { ProviderError, type ProviderErrorKind } from '../port/provider-error.ts'
import { createPartnerKey } from './create-key.ts'
import { type JsonAnswer } from '../http/json-client.ts'
import { type Context, createMessagingClient, type Dialog360Client } from './dialog360-client.ts'
import { isDialog360Error } from './dialog360-error.ts'

const NUMBER_WEBHOOK = ['v1', 'configs', 'webhook']
const ACCOUNT_WEBHOOK = ['waba_webhook']
const NOT_FOUND = 404
const REFUSALS: ReadonlySet<ProviderErrorKind> = new Set(['key_invalid', 'refused'])

const webhookSchema = z.object({ url: z.string().nullish() })

/**
 * 360dialog's messaging API, and its partner API, which alone makes keys.
 *
 * - `GET`, `POST`, `DELETE v1/configs/webhook` with `D360-API-KEY`:
 *   https://docs.360dialog.com/docs/messaging-api/api-reference/webhooks and
 *   https://docs.360dialog.com/api/wa-pipe-api/webhook; `waba_webhook` is that of all numbers of an
 *   account: https://docs.360dialog.com/docs/hub/webhook-url
 * - a key for a number, which revokes the former ones:
 *   https://docs.360dialog.com/docs/hub/api-key; `POST …/channels/{id}/api_keys` with `x-api-key`:
 *   https://docs.360dialog.com/partner/partner-api/intro
 * - errors: https://docs.360dialog.com/partner/support/help-and-troubleshooting/error-messages
 *
 * It makes no handshake, has no API for subscribed fields, and sends headers that are set with the
 * URL. They are set with it each time: a request without them would remove them.
 */
export function createDialog360Provider(
  number: NumberEntry,
  options: { readonly readKey: ReadKey; readonly timeoutMs?: number | undefined },
): Provider {
  const { authorities, partner } = number
  const { timeoutMs } = options
  const client = createMessagingClient(number, timeoutMs)
  const holder = createKeyHolder(options.readKey)
  return {
    createKey:
      partner === null
        ? null
        : (signal) =>
            createPartnerKey(partner, {
              authorities,
              timeoutMs,
              signal,
              secrets: secretsOf(number),
            }),
    readWebhook: (signal) => holder.withKey((key) => readView(client, { key, signal })),
    setWebhook: ({ headers, url }, signal) =>
      holder.withKey(async (key) => {
        const body = Object.keys(headers).length > 0 ? { url, headers } : { url }
        const request = { method: 'POST', path: NUMBER_WEBHOOK, body } as const
        await client.send({ key, signal }, request, { isAboutUrl: true })
      }),
    removeWebhook: (signal) =>
      holder.withKey(async (key) => {
        const request = { method: 'DELETE', path: NUMBER_WEBHOOK } as const
        checkNone(await client.send({ key, signal }, request, { allowedStatus: NOT_FOUND }))
      }),
    markRead: (messageId, signal) =>
      holder.withKey(async (key) => {
        const body = { messaging_product: 'whatsapp', status: 'read', message_id: messageId }
        await client.send({ key, signal }, { method: 'POST', path: ['messages'], body })
      }),
    close: () => client.close(),
  }
}

async function readView(client: Dialog360Client, context: Context): Promise<WebhookView> {
  const own = urlIn(checkNone(await askUrl(client, NUMBER_WEBHOOK, context)))
  if (own !== null) return { url: own, from: 'number', subscribedFields: null }
  const url = await readAccountUrl(client, context)
  return { url, from: url === null ? null : 'account', subscribedFields: null }
}

/** The key was just good for the number, so what is refused here is the endpoint: null then. */
async function readAccountUrl(client: Dialog360Client, context: Context): Promise<string | null> {
  try {
    const answer = await askUrl(client, ACCOUNT_WEBHOOK, context)
    return answer.status === NOT_FOUND ? null : urlIn(answer)
  } catch (error) {
    const isRefused = error instanceof ProviderError && REFUSALS.has(error.kind)
    if (isRefused) return null
    throw error
  }
}

function askUrl(
  client: Dialog360Client,
  path: readonly string[],
  context: Context,
): Promise<JsonAnswer> {
  return client.send(context, { method: 'GET', path }, { allowedStatus: NOT_FOUND })
}

/** Null if there is none, which both an empty URL and 404 say. */
function urlIn(answer: JsonAnswer): string | null {
  if (answer.status === NOT_FOUND) return null
  const { url = null } = parseAnswer(answer, webhookSchema)
  return url === '' ? null : url
}

/** 404 says that there is no webhook only if 360dialog says it: any server has one for any path. */
function checkNone(answer: JsonAnswer): JsonAnswer {
  if (answer.status !== NOT_FOUND || isDialog360Error(answer)) return answer
  throw new ProviderError('answer_invalid', 'it answered 404, and not as 360dialog does')
}
