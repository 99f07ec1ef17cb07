import { STATUS_CODES } from 'node:http'
import { type Context } from 'koa'
import { declaredLength } from '../admission/read-body.ts'

/**
 * Before an answer that asks to come again, a body up to this size is read and dropped, to keep the
 * connection.
 */
const DROPPED_BYTES_MAX = 65_536
/** How much of a large one is read, so that a client that is still sending sees the answer. */
const LINGER_BYTES_MAX = 262_144
const LINGER_MS = 1_000

/**
 * Answers with the status and its name. A client that is refused for good has to open another
 * connection.
 */
export function answer(ctx: Context, status: number): void {
  ctx.status = status
  if (isRefusal(status)) ctx.set('connection', 'close')
  ctx.body = STATUS_CODES[status] ?? ''
  ctx.set('x-content-type-options', 'nosniff')
}

/** For requests that may succeed later. The provider keeps the webhook and sends it again. */
export function answerUnavailable(ctx: Context, retryAfterSeconds: number): void {
  ctx.set('retry-after', String(retryAfterSeconds))
  answer(ctx, 503)
}

/**
 * Answers a request whose body may not have been read to its end. Then the connection is closed,
 * after a moment in which the client can read the answer. It is kept if the client should come
 * again and the rest is small.
 */
export function answerUnread(ctx: Context, status: number): void {
  const { req, res } = ctx
  const isChunked = req.headers['transfer-encoding'] !== undefined
  const isSmall = !isChunked && declaredLength(req) <= DROPPED_BYTES_MAX
  const isWithoutBody = !isChunked && declaredLength(req) === 0
  if (req.complete || isWithoutBody || (isSmall && !isRefusal(status))) return answer(ctx, status)
  answer(ctx, status)
  const text = STATUS_CODES[status] ?? ''
  ctx.respond = false
  res.setHeader('connection', 'close')
  res.setHeader('content-length', text.length)
  res.writeHead(status)
  res.write(text)
  linger(ctx)
}

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500
}

function linger({ req, res }: Context): void {
  let bytes = 0
  const finish = (): void => {
    clearTimeout(timer)
    req.off('data', onData)
    res.end()
  }
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length
    if (bytes > LINGER_BYTES_MAX) finish()
  }
  const timer = setTimeout(finish, LINGER_MS)
  req.on('data', onData)
  req.once('end', finish)
  req.once('close', finish)
  req.resume()
}
