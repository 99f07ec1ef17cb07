import Koa from 'koa'
import { answer, answerUnread } from './answer.ts'
import { type Authenticator } from '../authentication/authenticator.ts'
import { type IngestorMetrics, NO_CHANNEL } from './ingestor-metrics.ts'
import { type ReceiveWebhook } from './receive-webhook.ts'
import { parseQuery, parseWebhookPath, type WebhookPath } from './webhook-path.ts'

/** Errors of a connection that the client ended while we wrote to it; these are normal. */
const CLIENT_GONE: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
])
const CHALLENGE = /^[\x20-\x7e]{1,1024}$/

export interface WebhookAppOptions {
  readonly authenticator: Authenticator
  readonly receiveWebhook: ReceiveWebhook
  readonly metrics: IngestorMetrics
  readonly isDraining: () => boolean
  /** Not for clients that go away. */
  readonly onError: (error: unknown) => void
}

/**
 * The public application: `POST` a webhook to `/webhooks/<channel>` (with a secret token as
 * `/webhooks/<channel>/<token>` or `?token=<token>` where the channel has one), `GET` for the
 * provider's verification handshake. The handshake ignores a token in the path.
 */
export function createWebhookApp(options: WebhookAppOptions): Koa {
  const { receiveWebhook, metrics, isDraining } = options
  const app = new Koa()
  app.on('error', (error: Error & { readonly code?: unknown }) => {
    if (!CLIENT_GONE.has(error.code)) options.onError(error)
  })
  app.use(function webhooks(ctx) {
    if (isDraining()) ctx.set('connection', 'close')
    const { method, url } = ctx.req
    const path = url === undefined ? null : parseWebhookPath(url)
    if (path === null) {
      metrics.requestAnswered(NO_CHANNEL, 'not_found')
      return answerUnread(ctx, 404)
    }
    if (method === 'POST') return receiveWebhook(ctx, path)
    if (method === 'GET') return answerHandshake(ctx, path, options)
    metrics.requestAnswered(NO_CHANNEL, 'method_not_allowed')
    ctx.set('allow', 'GET, POST')
    return answerUnread(ctx, 405)
  })
  return app
}

/** Echoes the challenge to whoever knows the verify token. */
function answerHandshake(ctx: Koa.Context, path: WebhookPath, options: WebhookAppOptions): void {
  const { authenticator, metrics } = options
  const query = parseQuery(ctx.req.url ?? '')
  const challenge = query.get('hub.challenge') ?? ''
  const cause = authenticator.checkVerifyToken(path.channel, query.get('hub.verify_token') ?? '')
  const isSound = query.get('hub.mode') === 'subscribe' && CHALLENGE.test(challenge)
  const channel = cause === 'unknown_channel' ? NO_CHANNEL : path.channel
  if (cause !== null || !isSound) {
    metrics.requestRejected(channel, cause ?? 'malformed_handshake')
    metrics.requestAnswered(channel, 'unauthorized')
    return answerUnread(ctx, 401)
  }
  metrics.requestAnswered(channel, 'handshake')
  answer(ctx, 200)
  ctx.type = 'text/plain; charset=utf-8'
  ctx.body = challenge
}
