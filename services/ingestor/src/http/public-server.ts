import { createServer, type Server as HttpServer } from 'node:http'
import { createServer as createSecureServer, type Server as HttpsServer } from 'node:https'
import { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type ConnectionProblem } from './ingestor-metrics.ts'
import { IncomingRequest, type IncomingRequestListener } from '../admission/incoming-request.ts'
import { declaredLength } from '../admission/read-body.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { Connections } from './connections.ts'
import { type TlsSettings } from '../tls/tls-settings.ts'

type Server = HttpServer<typeof IncomingRequest> | HttpsServer<typeof IncomingRequest>

/** How late a timeout may be noticed. */
const TIMEOUT_CHECK_INTERVAL_MS = 500
const DRAIN_POLL_MS = 20
/** Time for the last answers to leave, and for clients that are still sending a head. */
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
  /** A body that declares more gets no 100 Continue. */
  readonly bodyBytesMax: number
  readonly onConnectionProblem: (problem: ConnectionProblem) => void
}

export interface PublicServer {
  readonly port: number
  /**
   * Called when a connection brought a genuine webhook: when there are too many, others make room
   * first.
   */
  trust(socket: Socket): void
  /** Accepts no more connections; resolves when the existing ones have been answered and closed. */
  drain(options: DrainOptions): Promise<void>
}

export interface DrainOptions {
  readonly hasRequests: () => boolean
  /** Time for requests that are still coming in; after it they are given up. */
  readonly readingMsMax: number
  /** Time for everything; requests without an answer by then are given up. */
  readonly msMax: number
}

/** Serves HTTP/1.1, with TLS if a certificate is given. Rejects if the port is taken. */
export async function startPublicServer(
  listener: IncomingRequestListener,
  options: PublicServerOptions,
): Promise<PublicServer> {
  const { host, port, bodyBytesMax, onConnectionProblem } = options
  const connections = new Connections({
    connectionsMax: options.connectionsMax,
    silenceMsMax: options.keepAliveTimeoutMs,
    unreadMsMax: options.requestTimeoutMs,
    onProblem: onConnectionProblem,
  })
  const guarded: IncomingRequestListener = (request, response) => {
    if (connections.beginRequest(request, response)) listener(request, response)
  }
  const server = createHttpServer(guarded, options)
  followConnections(server, connections, options)
  server.on('checkContinue', (request, response) => {
    if (declaredLength(request) <= bodyBytesMax) response.writeContinue()
    guarded(request, response)
  })
  await listen(server, host, port)
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    trust: (socket) => connections.trust(socket),
    drain: (drainOptions) => drain(server, connections, drainOptions),
  }
}

function followConnections(
  server: Server,
  connections: Connections,
  options: PublicServerOptions,
): void {
  const { onConnectionProblem, tls } = options
  if (tls === null) {
    server.on('connection', (socket: Socket) => connections.open(socket))
  } else {
    server.on('connection', (socket: Socket) => connections.beginHandshake(socket))
    server.on('secureConnection', (socket: Socket) => connections.open(socket))
    server.on('tlsClientError', (error: Error & { readonly code?: string }) => {
      const problem = toHandshakeProblem(error.code)
      if (problem !== null) onConnectionProblem(problem)
    })
  }
  server.on('clientError', (error: Error & { readonly code?: string }, socket) => {
    // This event also comes for handshakes. Nothing can be written there, and Node leaves them
    // open.
    if (!(socket instanceof Socket) || !connections.isOpen(socket)) socket.destroy()
    // A proxy that opens connections in advance has not sent its first request yet.
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && connections.isSilent(socket)) return
    else answerBrokenRequest(error, socket, onConnectionProblem)
  })
}

/** Null for clients that left: load balancers try ports that way. */
function toHandshakeProblem(code: string | undefined): ConnectionProblem | null {
  switch (code) {
    case 'ECONNRESET':
      return null
    case 'ERR_TLS_HANDSHAKE_TIMEOUT':
      return 'handshake'
    case undefined:
    default:
      return 'tls'
  }
}

function createHttpServer(listener: IncomingRequestListener, options: PublicServerOptions): Server {
  const settings = {
    IncomingMessage: IncomingRequest,
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
  const secureSettings = {
    ...settings,
    ...tls.serverOptions,
    handshakeTimeout: options.headersTimeoutMs,
  }
  const server = createSecureServer(secureSettings, (request, response) => {
    if (tls.isOutdated(request)) response.setHeader('connection', 'close')
    listener(request, response)
  })
  tls.follow(server)
  return server
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

async function drain(
  server: Server,
  connections: Connections,
  { hasRequests, msMax, readingMsMax }: DrainOptions,
): Promise<void> {
  const startedAtMs = performance.now()
  const waitForRequests = async (waitMsMax: number): Promise<void> => {
    const deadlineMs = startedAtMs + waitMsMax
    while (hasRequests() && performance.now() < deadlineMs) await delay(DRAIN_POLL_MS)
  }
  // Idle connections are closed at once, the others with their answer, which says so.
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  connections.endSilent()
  // From now on Node does not look for requests that take too long.
  await waitForRequests(Math.min(readingMsMax, msMax))
  connections.endIncomplete()
  await waitForRequests(msMax)
  await Promise.race([closed, delay(FLUSH_MS, undefined, { ref: false })])
  connections.endAll()
  await closed
}
