import { type Context } from 'koa'
import { z } from 'zod'
import { isAcceptableUrl } from '../delivery/handshake.ts'
import { type BusinessNumber } from '../business/business-number.ts'
import { type Refusals } from '../business/faults.ts'
import { type Provider } from '../business/provider.ts'
import { type Api, bearerOf, isFaulty } from './api.ts'
import { answerMessages } from './cloud-api.ts'

const WEBHOOK_PATH = '/v1/configs/webhook'
const MESSAGES_PATH = '/messages'
const KEYS_PATH = /^\/api\/v2\/partners\/(?<partner>[^/]+)\/channels\/(?<channel>[^/]+)\/api_keys$/
const CREATED = 201
const NO_CONTENT = 204

function refuse(ctx: Context, status: number, error: string): void {
  ctx.status = status
  ctx.body = { error }
}

const refusals: Refusals = {
  keyInvalid: (ctx) => refuse(ctx, 401, 'Invalid or missing D360-API-KEY'),
  rateLimited: (ctx) => refuse(ctx, 429, 'Rate limit exceeded'),
  unavailable: (ctx) => refuse(ctx, 503, 'Service unavailable'),
}

/**
 * 360dialog's Messaging API as far as it sets webhooks, sends and marks as read, and the route of
 * its Partner API that makes keys. The shape of errors is that of `utils.ErrorResp`.
 *
 * - https://docs.360dialog.com/docs/messaging-api/api-reference/webhooks
 * - https://docs.360dialog.com/partner/partner-api/intro
 */
export function createDialog360Api(provider: Provider): Api {
  return async function dialog360Api(ctx) {
    const keys = KEYS_PATH.exec(ctx.path)?.groups
    if (keys !== undefined) {
      createApiKey(ctx, provider, keys)
      return true
    }
    if (ctx.path !== WEBHOOK_PATH && ctx.path !== MESSAGES_PATH) return false
    const key = ctx.get('d360-api-key')
    const business = numbersOf(provider).find((one) => one.keys.holds(key))
    const node = business === undefined ? { provider } : { provider, business }
    if (isFaulty(ctx, node, refusals)) return true
    if (business === undefined) refusals.keyInvalid(ctx)
    else if (ctx.path === WEBHOOK_PATH) answerWebhook(ctx, provider, business)
    else if (ctx.method === 'POST') answerMessages(ctx, business)
    else refuse(ctx, 405, 'Method not allowed')
    return true
  }
}

function numbersOf(provider: Provider): readonly BusinessNumber[] {
  return [...provider.numbers.values()].filter(({ number }) => number.provider === '360dialog')
}

const webhookSchema = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
})

function answerWebhook(ctx: Context, provider: Provider, business: BusinessNumber): void {
  switch (ctx.method) {
    case 'GET':
      ctx.body = { url: business.webhookUrl ?? '', headers: business.headers }
      return
    case 'POST': {
      const asked = webhookSchema.safeParse(ctx.request.body)
      if (!asked.success) return refuse(ctx, 400, z.prettifyError(asked.error))
      const { headers = {}, url } = asked.data
      if (!isAcceptableUrl(url)) return refuse(ctx, 400, 'url must be a valid HTTPS URL')
      business.webhookUrl = url
      business.headers = headers
      provider.routesChanged()
      ctx.body = { url, headers }
      return
    }
    case 'DELETE':
      business.webhookUrl = undefined
      business.headers = {}
      ctx.status = NO_CONTENT
      return
    default:
      refuse(ctx, 405, 'Method not allowed')
  }
}

/**
 * Makes a new key for a channel, which revokes the earlier ones; the webhook has to be set again
 * with it.
 *
 * https://docs.360dialog.com/docs/hub/api-key
 */
function createApiKey(
  ctx: Context,
  provider: Provider,
  asked: Readonly<Record<string, string>>,
): void {
  const business = numbersOf(provider).find(({ number }) => number.numberId === asked['channel'])
  const node = business === undefined ? { provider } : { provider, business }
  if (isFaulty(ctx, node, refusals)) return
  const key = ctx.get('x-api-key') || bearerOf(ctx)
  if (key !== provider.partner.key) return refuse(ctx, 401, 'Unauthorized')
  if (business === undefined || asked['partner'] !== provider.partner.id) {
    return refuse(ctx, 404, 'Channel not found')
  }
  if (ctx.method !== 'POST') return refuse(ctx, 405, 'Method not allowed')
  ctx.status = CREATED
  ctx.body = {
    address: ctx.origin,
    api_key: provider.createKey(business),
    app_id: provider.subscription.id,
    id: business.number.numberId,
  }
}
