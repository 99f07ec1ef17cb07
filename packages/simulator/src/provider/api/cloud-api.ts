import { type Context } from 'koa'
import { z } from 'zod'
import { isAcceptableUrl, verifyUrl } from '../delivery/handshake.ts'
import { type BusinessNumber } from '../business/business-number.ts'
import { type Provider } from '../business/provider.ts'
import { type Api, bearerOf, isFaulty } from './api.ts'
import { answerSubscribedApps, answerSubscriptions } from './cloud-subscriptions.ts'
import {
  answerGraphError,
  graphRefusals,
  refuseCallback,
  refuseObject,
  refuseParameter,
} from './graph-errors.ts'
import { describeNumber } from './describe-number.ts'
import { readMessagesRequest } from './send-request.ts'

const PATH = /^(?:\/v\d+\.\d+)?\/(?<id>\d+)(?:\/(?<edge>[a-z_]+))?\/?$/

/**
 * The Cloud API's nodes and edges that have to do with webhooks and messages, with or without a
 * version before them.
 *
 * - https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 * - https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export function createCloudApi(provider: Provider): Api {
  return async function cloudApi(ctx) {
    const groups = PATH.exec(ctx.path)?.groups
    if (groups === undefined) return false
    const { id = '', edge = '' } = groups
    const business = provider.numbers.get(id)
    if (business !== undefined && business.number.provider === 'cloud-api') {
      await answerNumber(ctx, { provider, business, edge })
    } else if (id === provider.subscription.id) {
      if (!isFaulty(ctx, { provider }, graphRefusals))
        await answerSubscriptions(ctx, provider, edge)
    } else if (provider.subscription.account(id) !== undefined) {
      await answerAccount(ctx, { provider, accountId: id, edge })
    } else {
      refuseObject(ctx, id)
    }
    return true
  }
}

interface Node {
  readonly provider: Provider
  readonly business: BusinessNumber
  readonly edge: string
}

async function answerNumber(ctx: Context, node: Node): Promise<void> {
  const { business, edge } = node
  if (isFaulty(ctx, node, graphRefusals)) return
  if (!business.keys.holds(bearerOf(ctx))) return graphRefusals.keyInvalid(ctx)
  if (edge === 'messages' && ctx.method === 'POST') return answerMessages(ctx, business)
  if (edge !== '') return refuseObject(ctx, business.number.numberId)
  if (ctx.method === 'GET') return describeNumber(ctx, node)
  if (ctx.method === 'POST') return overrideWebhook(ctx, node)
  refuseObject(ctx, business.number.numberId)
}

async function answerAccount(
  ctx: Context,
  node: { readonly provider: Provider; readonly accountId: string; readonly edge: string },
): Promise<void> {
  const { accountId, edge, provider } = node
  if (isFaulty(ctx, node, graphRefusals)) return
  const token = bearerOf(ctx)
  const numbers = [...provider.numbers.values()].filter(
    ({ number }) => number.accountId === accountId,
  )
  if (!numbers.some(({ keys }) => keys.holds(token))) return graphRefusals.keyInvalid(ctx)
  if (edge === 'subscribed_apps') return answerSubscribedApps(ctx, provider, accountId)
  refuseObject(ctx, accountId)
}

const overrideSchema = z.object({
  webhook_configuration: z.object({
    override_callback_uri: z.string(),
    verify_token: z.string().optional(),
  }),
})

/** Sets the URL of a number after a handshake; an empty one removes it. */
async function overrideWebhook(ctx: Context, { business, provider }: Node): Promise<void> {
  const asked = overrideSchema.safeParse(ctx.request.body)
  if (!asked.success) return refuseParameter(ctx, z.prettifyError(asked.error))
  const { override_callback_uri: url, verify_token: token } = asked.data.webhook_configuration
  if (url !== '') {
    if (!isAcceptableUrl(url)) return refuseParameter(ctx, 'override_callback_uri must be HTTPS')
    const reason = await verifyUrl(url, token ?? '')
    if (reason !== undefined) return refuseCallback(ctx, reason)
  }
  business.webhookUrl = url === '' ? undefined : url
  provider.routesChanged()
  ctx.body = { success: true }
}

/** Also the answer to `POST /messages` of 360dialog, which hands it on. */
export function answerMessages(ctx: Context, business: BusinessNumber): void {
  const asked = readMessagesRequest(ctx.request.body)
  switch (asked.kind) {
    case 'wrong':
      return refuseParameter(ctx, asked.details)
    case 'read':
      if (business.markRead(asked.messageId)) {
        ctx.body = { success: true }
        return
      }
      return answerGraphError(ctx, {
        status: 400,
        code: 131_009,
        message: 'Parameter value is not valid',
        details: 'Message ID is invalid.',
      })
    case 'send': {
      const id = business.send(asked.request)
      if (id === undefined) return graphRefusals.rateLimited(ctx)
      const contacts = [{ input: asked.input, wa_id: asked.request.to }]
      ctx.body = { messaging_product: 'whatsapp', contacts, messages: [{ id }] }
    }
  }
}
