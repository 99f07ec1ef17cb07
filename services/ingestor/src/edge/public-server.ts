import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import { type Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { type ConnectionProblem } from '../ingestor-metrics.ts'
import { declaredLength } from '../read-body.ts'
import { type TlsSettings } from './tls-settings.ts'

/** How late a timeout may be noticed. */
const TIMEOUT_CHECK_INTERVAL_MS = 500
const DRAIN_POLL_MS = 20
/** For the last answers to leave, and for clients that are still sending a head. */
const FLUSH_MS = 500

export interface PublicServerOptions {
  readonly host: string
  readonly port: number
  readonly tls: TlsSettings | null
  readonly connectionsMax: number
  readonly headerBytesMax: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  /** Bodies that declare more are not asked for with 100 Continue. */
  readonly bodyBytesMax: number
  readonly onConnectionProblem: (problem: ConnectionProblem) => void
}

export interface PublicServer {
  readonly port: number
  /** Accepts no more connections; resolves when those there are have been answered and closed. */
  drain(options: { readonly hasRequests: () => boolean }): Promise<void>
}

/** Serves HTTP/1.1, with TLS if a certificate is given. Rejects when the port cannot be had. */
export async function startPublicServer(
  listener: RequestListener, options: PublicServerOptions,
): Promise<PublicServer> {
  const { host, port, bodyBytesMax, onConnectionProblem } = options
  const server = createHttpServer(listener, options)
  server.maxConnections = options.connectionsMax
  server.on('drop', () => onConnectionProblem('limit'))
  server.on('tlsClientError', () => onConnectionProblem('tls'))
  server.on('clientError', (error, socket) => {
    answerBrokenRequest(error, socket, onConnectionProblem)
  })
  server.on('checkContinue', (request, response) => {
    if (declaredLength(request) <= bodyBytesMax) response.writeContinue()
    listener(request, response)
  })
  await listen(server, host, port)
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    drain: ({ hasRequests }) => drain(server, hasRequests),
  }
}

function createHttpServer(
  listener: RequestListener, options: PublicServerOptions,
): Server | SecureServer {
  const settings = {
    keepAlive: true,
    noDelay: true,
    maxHeaderSize: options.headerBytesMax,
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
  }
  if (options.tls === null) return createServer(settings, listener)
  const { tls } = options
  const server = createSecureServer({ ...settings, ...tls.serverOptions }, (request, response) => {
    if (tls.isOutdated(request)) response.setHeader('connection', 'close')
    listener(request, response)
  })
  tls.follow(server)
  return server
}

interface BrokenRequest {
  readonly problem: ConnectionProblem
  readonly status: string
}

function toBrokenRequest(code: string | undefined): BrokenRequest {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { problem: 'timeout', status: '408 Request Timeout' }
    case 'HPE_HEADER_OVERFLOW':
      return { problem: 'header_overflow', status: '431 Request Header Fields Too Large' }
    case undefined:
    default:
      return { problem: 'malformed', status: '400 Bad Request' }
  }
}

/** For what is no request that could be handed on: too slow, too long in the head, or no HTTP. */
function answerBrokenRequest(
  error: Error & { readonly code?: string },
  socket: Duplex,
  onConnectionProblem: (problem: ConnectionProblem) => void,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { problem, status } = toBrokenRequest(error.code)
  onConnectionProblem(problem)
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => {
    socket.destroy()
  })
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function drain(server: Server, hasRequests: () => boolean): Promise<void> {
  // Idle connections are closed at once, the others with their answer, which says so.
  const closed = new Promise<void>((resolve) => { server.close(() => resolve()) })
  while (hasRequests()) await delay(DRAIN_POLL_MS)
  await Promise.race([closed, delay(FLUSH_MS, undefined, { ref: false })])
  server.closeAllConnections()
  await closed
}
