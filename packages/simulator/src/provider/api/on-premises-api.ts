import { type Context } from 'koa'
import { z } from 'zod'
import { isAcceptableUrl } from '../delivery/handshake.ts'
import { type BusinessNumber, newKey } from '../business/business-number.ts'
import { type Refusals } from '../business/faults.ts'
import { type Provider } from '../business/provider.ts'
import { type Api, bearerOf, isFaulty } from './api.ts'
import { readMessagesRequest } from './send-request.ts'

const META = { api_status: 'stable', version: '2.53.2' }
const LOGIN_PATH = '/v1/users/login'
const SETTINGS_PATH = '/v1/settings/application'
const MESSAGES_PATH = '/v1/messages'
const READ_PATH = /^\/v1\/messages\/(?<id>[^/]+)$/
const TOKEN_MS = 7 * 86_400_000

function refuse(ctx: Context, status: number, error: { code: number; title: string }): void {
  ctx.status = status
  ctx.body = { errors: [{ ...error, details: error.title }], meta: META }
}

/** Codes of https://developers.facebook.com/docs/whatsapp/api/errors */
const refusals: Refusals = {
  keyInvalid: (ctx) => refuse(ctx, 401, { code: 1005, title: 'Access denied' }),
  rateLimited: (ctx) => refuse(ctx, 429, { code: 1015, title: 'Too many requests' }),
  unavailable: (ctx) => refuse(ctx, 503, { code: 1016, title: 'Service not ready' }),
}

/**
 * The client on premises: one number, reached with a token that its user `admin` gets for a
 * password. With several numbers, password and token say which.
 *
 * - https://developers.facebook.com/docs/whatsapp/api/settings/app
 * - https://developers.facebook.com/docs/whatsapp/api/users/login
 * - https://developers.facebook.com/docs/whatsapp/api/messages
 */
export function createOnPremisesApi(provider: Provider): Api {
  const numbers = [...provider.numbers.values()].filter(
    ({ number }) => number.provider === 'on-premises',
  )
  const tokens = new Map<string, Login>()
  return async function onPremisesApi(ctx) {
    const readId = READ_PATH.exec(ctx.path)?.groups?.['id']
    const isOurs = [LOGIN_PATH, SETTINGS_PATH, MESSAGES_PATH].includes(ctx.path)
    if (!isOurs && readId === undefined) return false
    if (ctx.path === LOGIN_PATH) {
      if (!isFaulty(ctx, { provider }, refusals)) logIn(ctx, numbers, tokens)
      return true
    }
    const login = tokens.get(bearerOf(ctx))
    const isValid = login !== undefined && login.business.keys.holds(login.password)
    const node = login === undefined ? { provider } : { provider, business: login.business }
    if (isFaulty(ctx, node, refusals)) return true
    if (!isValid) refusals.keyInvalid(ctx)
    else answer(ctx, { provider, business: login.business, readId })
    return true
  }
}

interface Login {
  readonly business: BusinessNumber
  readonly password: string
}

function logIn(ctx: Context, numbers: readonly BusinessNumber[], tokens: Map<string, Login>): void {
  const encoded = /^Basic (.+)$/i.exec(ctx.get('authorization'))?.[1] ?? ''
  const password = Buffer.from(encoded, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '')
  const business = numbers.find(({ keys }) => keys.holds(password))
  if (business === undefined) return refusals.keyInvalid(ctx)
  const token = newKey()
  tokens.set(token, { business, password })
  const expires = new Date(Date.now() + TOKEN_MS).toISOString().replace('T', ' ')
  ctx.body = { users: [{ token, expires_after: expires }], meta: META }
}

interface Asked {
  readonly provider: Provider
  readonly business: BusinessNumber
  readonly readId: string | undefined
}

function answer(ctx: Context, asked: Asked): void {
  const { business, readId } = asked
  const isRead = z.object({ status: z.literal('read') }).safeParse(ctx.request.body).success
  if (ctx.path === SETTINGS_PATH) return answerSettings(ctx, asked)
  if (readId !== undefined && ctx.method === 'PUT' && isRead) return markRead(ctx, business, readId)
  if (ctx.path === MESSAGES_PATH && ctx.method === 'POST') return send(ctx, business)
  refuse(ctx, 404, { code: 1006, title: 'Resource not found' })
}

function markRead(ctx: Context, business: BusinessNumber, messageId: string): void {
  if (!business.markRead(decodeURIComponent(messageId))) {
    return refuse(ctx, 404, { code: 1006, title: 'Message not found' })
  }
  ctx.body = { meta: META }
}

function send(ctx: Context, business: BusinessNumber): void {
  const asked = readMessagesRequest(ctx.request.body)
  if (asked.kind !== 'send') {
    return refuse(ctx, 400, { code: 1009, title: 'Parameter value is not valid' })
  }
  const id = business.send(asked.request)
  if (id === undefined) return refusals.rateLimited(ctx)
  ctx.status = 201
  ctx.body = { messages: [{ id }], meta: META }
}

const settingsSchema = z.object({ webhooks: z.object({ url: z.string() }) })

function answerSettings(ctx: Context, { business, provider }: Asked): void {
  if (ctx.method === 'GET') {
    const webhooks = { url: business.webhookUrl ?? '', max_concurrent_requests: 6 }
    ctx.body = { settings: { application: { callback_persist: true, webhooks } }, meta: META }
    return
  }
  const asked = settingsSchema.safeParse(ctx.request.body)
  if (ctx.method !== 'PATCH' || !asked.success) {
    return refuse(ctx, 400, { code: 1009, title: 'Parameter value is not valid' })
  }
  const { url } = asked.data.webhooks
  if (url !== '' && !isAcceptableUrl(url)) {
    return refuse(ctx, 400, { code: 1009, title: 'Parameter value is not valid' })
  }
  business.webhookUrl = url === '' ? undefined : url
  provider.routesChanged()
  ctx.body = { meta: META }
}
