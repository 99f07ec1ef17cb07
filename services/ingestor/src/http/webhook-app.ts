import Koa from 'koa'
import { answer, answerUnread, type Exchange } from './answer.ts'
import { type IncomingRequestListener } from '../admission/incoming-request.ts'
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
 * provider's verification handshake. The handshake ignores a token in the path. Webhooks are
 * answered ahead of Koa, whose context and promises cost a tenth of what a webhook costs
 * (docs/decisions/0240).
 */
export function createWebhookApp(options: WebhookAppOptions): IncomingRequestListener {
  const { receiveWebhook, isDraining } = options
  const handle = createOtherRoutes(options).callback()
  return function webhookApp(req, res) {
    if (isDraining()) res.setHeader('connection', 'close')
    const path = parseWebhookPath(req.url ?? '')
    if (path === null || req.method !== 'POST') {
      void handle(req, res)
      return
    }
    const exchange = { req, res }
    const failed = (error: unknown): void => answerFailure(exchange, error, options)
    try {
      receiveWebhook(exchange, path)?.catch(failed)
    } catch (error) {
      failed(error)
    }
  }
}

/** What Koa does for its routes. */
function answerFailure(
  exchange: Exchange,
  error: unknown,
  { onError }: Pick<WebhookAppOptions, 'onError'>,
): void {
  if (!isClientGone(error)) onError(error)
  if (exchange.res.headersSent) exchange.res.destroy()
  else answer(exchange, 500)
}

/** The handshake, and everything that is no webhook. */
function createOtherRoutes(options: WebhookAppOptions): Koa {
  const { metrics } = options
  const app = new Koa()
  app.on('error', (error: unknown) => {
    if (!isClientGone(error)) options.onError(error)
  })
  app.use(function otherRoutes(ctx) {
    ctx.respond = false
    const path = parseWebhookPath(ctx.req.url ?? '')
    if (path === null) {
      metrics.requestAnswered(NO_CHANNEL, 'not_found')
      return answerUnread(ctx, 404)
    }
    if (ctx.req.method === 'GET') return answerHandshake(ctx, path, options)
    metrics.requestAnswered(NO_CHANNEL, 'method_not_allowed')
    ctx.res.setHeader('allow', 'GET, POST')
    return answerUnread(ctx, 405)
  })
  return app
}

function isClientGone(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && CLIENT_GONE.has(error.code)
  )
}

/** Echoes the challenge to whoever knows the verify token. */
function answerHandshake(exchange: Exchange, path: WebhookPath, options: WebhookAppOptions): void {
  const { authenticator, metrics } = options
  const query = parseQuery(exchange.req.url ?? '')
  const challenge = query.get('hub.challenge') ?? ''
  const cause = authenticator.checkVerifyToken(path.channel, query.get('hub.verify_token') ?? '')
  const isSound = query.get('hub.mode') === 'subscribe' && CHALLENGE.test(challenge)
  const channel = cause === 'unknown_channel' ? NO_CHANNEL : path.channel
  if (cause !== null || !isSound) {
    metrics.requestRejected(channel, cause ?? 'malformed_handshake')
    metrics.requestAnswered(channel, 'unauthorized')
    return answerUnread(exchange, 401)
  }
  metrics.requestAnswered(channel, 'handshake')
  answer(exchange, 200, challenge)
}
