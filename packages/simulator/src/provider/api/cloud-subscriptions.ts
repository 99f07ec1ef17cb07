import { type Context } from 'koa'
import { z } from 'zod'
import { isAcceptableUrl, verifyUrl } from '../delivery/handshake.ts'
import { type Provider } from '../business/provider.ts'
import { bearerOf, queryText } from './api.ts'
import {
  answerGraphError,
  graphRefusals,
  refuseCallback,
  refuseObject,
  refuseParameter,
} from './graph-errors.ts'

const APP_NAME = 'Simulated app'
const FIELD_VERSION = 'v25.0'

const overrideSchema = z.object({
  override_callback_uri: z.string().optional(),
  verify_token: z.string().optional(),
})

/**
 * Which app an account has subscribed, and where it sends. A POST without a body subscribes and
 * removes the account's URL; one with a URL sets it, once the app is subscribed.
 *
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
export async function answerSubscribedApps(
  ctx: Context,
  provider: Provider,
  accountId: string,
): Promise<void> {
  const { subscription } = provider
  const account = subscription.account(accountId)
  if (account === undefined) return refuseObject(ctx, accountId)
  switch (ctx.method) {
    case 'GET':
      ctx.body = { data: account.isSubscribed ? [describeApp(provider, account.overrideUrl)] : [] }
      return
    case 'DELETE':
      account.isSubscribed = false
      account.overrideUrl = undefined
      ctx.body = { success: true }
      return
    case 'POST':
      return subscribe(ctx, provider, account)
    default:
      return refuseObject(ctx, accountId)
  }
}

function describeApp({ subscription }: Provider, overrideUrl: string | undefined): object {
  return {
    whatsapp_business_api_data: {
      link: `https://www.facebook.com/games/?app_id=${subscription.id}`,
      name: APP_NAME,
      id: subscription.id,
    },
    ...(overrideUrl === undefined ? {} : { override_callback_uri: overrideUrl }),
  }
}

async function subscribe(
  ctx: Context,
  provider: Provider,
  account: { isSubscribed: boolean; overrideUrl: string | undefined },
): Promise<void> {
  const asked = overrideSchema.safeParse(ctx.request.body ?? {})
  if (!asked.success) return refuseParameter(ctx, z.prettifyError(asked.error))
  const { override_callback_uri: url, verify_token: token } = asked.data
  if (url !== undefined) {
    if (!account.isSubscribed) {
      return answerGraphError(ctx, {
        status: 400,
        code: 100,
        message:
          'Before override the current callback uri, your app must be subscribed to receive ' +
          'messages for WhatsApp Business Account.',
      })
    }
    if (!isAcceptableUrl(url)) return refuseParameter(ctx, 'override_callback_uri must be HTTPS')
    const reason = await verifyUrl(url, token ?? '')
    if (reason !== undefined) return refuseCallback(ctx, reason)
  }
  account.isSubscribed = true
  account.overrideUrl = url
  provider.routesChanged()
  ctx.body = { success: true }
}

const subscriptionSchema = z.object({
  object: z.literal('whatsapp_business_account'),
  callback_url: z.string(),
  verify_token: z.string(),
  fields: z.union([z.string().transform((text) => text.split(',')), z.array(z.string())]),
})

/**
 * The app's own callback and the fields that it has subscribed to. Only the app's access token,
 * `id|secret`, may ask.
 *
 * https://developers.facebook.com/docs/graph-api/reference/app/subscriptions/
 */
export async function answerSubscriptions(
  ctx: Context,
  provider: Provider,
  edge: string,
): Promise<void> {
  const { subscription } = provider
  if (edge !== 'subscriptions') return refuseObject(ctx, subscription.id)
  const token = bearerOf(ctx) || (queryText(ctx, 'access_token') ?? '')
  if (token !== `${subscription.id}|${subscription.secret}`) {
    const isKnown = [...provider.numbers.values()].some(({ keys }) => keys.holds(token))
    if (!isKnown) return graphRefusals.keyInvalid(ctx)
    const message = 'This method must be called with an app access_token.'
    return answerGraphError(ctx, { status: 403, code: 15, message })
  }
  if (ctx.method === 'GET') {
    ctx.body = { data: subscription.callbackUrl === undefined ? [] : [describe(provider)] }
    return
  }
  if (ctx.method === 'POST') return setCallback(ctx, provider)
  refuseObject(ctx, subscription.id)
}

function describe({ subscription }: Provider): object {
  return {
    object: 'whatsapp_business_account',
    callback_url: subscription.callbackUrl,
    active: true,
    fields: [...subscription.fields].map((name) => ({ name, version: FIELD_VERSION })),
  }
}

async function setCallback(ctx: Context, provider: Provider): Promise<void> {
  const asked = subscriptionSchema.safeParse(ctx.request.body)
  if (!asked.success) return refuseParameter(ctx, z.prettifyError(asked.error))
  const { callback_url: url, fields, verify_token: token } = asked.data
  if (!isAcceptableUrl(url)) return refuseParameter(ctx, 'callback_url must be HTTPS')
  const reason = await verifyUrl(url, token)
  if (reason !== undefined) return refuseCallback(ctx, reason)
  provider.subscription.callbackUrl = url
  provider.subscription.fields = new Set(fields)
  provider.routesChanged()
  ctx.body = { success: true }
}
