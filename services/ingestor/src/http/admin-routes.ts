import Router from '@koa/router'
import { type Middleware } from 'koa'
import { z } from 'zod'
import { type Authenticator } from '../authentication/authenticator.ts'
import { type Channel } from '@wabastream/channels'
import { type CheckLimit } from './check-limit.ts'
import { type CheckOutcome } from './ingestor-metrics.ts'
import { parseForwarded } from '../authentication/presented-certificate.ts'

const checkRequest = z.strictObject({
  /** The body as text, or in base64 if it is not text. */
  body: z.string().optional(),
  bodyBase64: z.base64().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  token: z.string().nullable().default(null),
  /** The client's certificate (PEM), as if it had proved that it has the key. */
  certificate: z.string().optional(),
})

/**
 * `GET /channels`: what is configured, without secrets. `POST /channels/<name>/check`: whether a
 * request with this body, these headers and this token would be accepted, by which key, or why not.
 * Checks are counted, and after a few in a row the answer is 429: otherwise secrets could be
 * guessed here unseen.
 */
export function createAdminRoutes(options: {
  readonly channels: () => readonly Channel[]
  readonly authenticator: Authenticator
  readonly limit: CheckLimit
  readonly onChecked: (outcome: CheckOutcome) => void
}): Middleware {
  const { authenticator, channels, limit, onChecked } = options
  const router = new Router()
  router.get('/channels', (ctx) => {
    ctx.body = { channels: channels().map(describeChannel) }
  })
  router.post('/channels/:name/check', (ctx) => {
    const waitMs = limit.waitMs()
    if (waitMs > 0) {
      onChecked('limited')
      ctx.status = 429
      ctx.set('retry-after', String(Math.ceil(waitMs / 1_000)))
      ctx.body = { error: 'too many checks: try again later' }
      return
    }
    const request = checkRequest.safeParse(ctx.request.body)
    if (!request.success) {
      onChecked('malformed')
      ctx.status = 400
      ctx.body = { error: z.prettifyError(request.error) }
      return
    }
    const { body, bodyBase64, certificate, headers, token } = request.data
    const bytes =
      bodyBase64 === undefined ? Buffer.from(body ?? '') : Buffer.from(bodyBase64, 'base64')
    const lowerCased = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    )
    const name = ctx.params['name'] ?? ''
    const result = authenticator.authenticate(
      name,
      {
        headers: lowerCased,
        token,
        findCertificate: () => (certificate === undefined ? null : parseForwarded(certificate)),
      },
      bytes,
    )
    onChecked(result.accepted ? 'accepted' : 'refused')
    ctx.body = result.accepted
      ? { accepted: true, keys: result.keys }
      : { accepted: false, cause: result.cause }
  })
  const routes = router.routes()
  // The router sets both itself; its type asks for them beforehand.
  return (ctx, next) => routes(Object.assign(ctx, { params: {}, router }), next)
}

function describeChannel(channel: Channel) {
  return {
    name: channel.name,
    path: `/webhooks/${channel.name}`,
    dialect: channel.dialect,
    numberId: channel.numberId,
    strategies: channel.strategies.map((strategy) => ({
      strategy: strategy.kind,
      ...(strategy.kind === 'header' ? { header: strategy.name } : {}),
      ...(strategy.kind === 'hmac' ? { header: strategy.header, prefix: strategy.prefix } : {}),
      ...(strategy.kind === 'client_certificate'
        ? { keys: strategy.authorities.map(({ id }) => id), names: strategy.names }
        : { keys: strategy.secrets.map(({ id }) => id) }),
    })),
    hasHandshake: channel.verifyToken !== null,
  }
}
