import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { declaredLength } from '../admission/read-body.ts'

/**
 * Before an answer that asks to come again, a body up to this size is read and dropped, to keep the
 * connection.
 */
const DROPPED_BYTES_MAX = 65_536
/** How much of a large one is read, so that a client that is still sending sees the answer. */
const LINGER_BYTES_MAX = 262_144
const LINGER_MS = 1_000

/** A request and its answer: Node's own, or those in a context of Koa. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

/**
 * Answers with the status and, unless another text is given, its name. A client that is refused for
 * good has to open another connection.
 */
export function answer({ res }: Exchange, status: number, text = nameOf(status)): void {
  writeHead(res, status, text)
  res.end(text)
}

/** For requests that may succeed later. The provider keeps the webhook and sends it again. */
export function answerUnavailable(exchange: Exchange, retryAfterSeconds: number): void {
  exchange.res.setHeader('retry-after', retryAfterSeconds)
  answer(exchange, 503)
}

/**
 * Answers a request whose body may not have been read to its end. Then the connection is closed,
 * after a moment in which the client can read the answer. It is kept if the client should come
 * again and the rest is small.
 */
export function answerUnread(exchange: Exchange, status: number): void {
  const { req, res } = exchange
  const isChunked = req.headers['transfer-encoding'] !== undefined
  const isSmall = !isChunked && declaredLength(req) <= DROPPED_BYTES_MAX
  const isWithoutBody = !isChunked && declaredLength(req) === 0
  if (req.complete || isWithoutBody || (isSmall && !isRefusal(status))) {
    return answer(exchange, status)
  }
  res.setHeader('connection', 'close')
  writeHead(res, status, nameOf(status))
  res.write(nameOf(status))
  linger(exchange)
}

function writeHead(res: ServerResponse, status: number, text: string): void {
  if (isRefusal(status)) res.setHeader('connection', 'close')
  res.setHeader('content-type', 'text/plain; charset=utf-8')
  res.setHeader('content-length', Buffer.byteLength(text))
  res.setHeader('x-content-type-options', 'nosniff')
  res.writeHead(status)
}

function nameOf(status: number): string {
  return STATUS_CODES[status] ?? ''
}

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500
}

function linger({ req, res }: Exchange): void {
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
