import { createServer, type Server } from 'node:http'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'
import { Gauge, type Registry } from 'prom-client'
import { type Health } from './health.ts'

const JSON_BODY_LIMIT = '256kb'
const REQUEST_TIMEOUT_MS = 10_000
/** By this whoever started a process knows that it is not somebody else on its port. */
const PROCESS_HEADER = 'x-process-id'

export interface AdminServerOptions {
  /** 0 means any free port. */
  readonly port: number
  readonly host?: string
  readonly registry: Registry
  readonly isAlive: () => Health
  readonly isReady: () => Health
  /** Routes of the service itself. JSON bodies are parsed before them. */
  readonly routes?: readonly Koa.Middleware[]
}

export interface AdminServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves /metrics, /livez and /readyz, and the routes given. Rejects if the port is taken. Requests
 * from web pages of other origins are refused, because nothing here asks who calls. Errors of
 * routes are answered as JSON: `{ "error": message }`. What /readyz says is a metric too; its
 * header `x-process-id` is the pid.
 */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  registerReadiness(options)
  const app = new Koa()
  app.silent = true
  app.use(answerErrorsAsJson)
  app.use(refusePages)
  app.use(createHealthRoutes(options))
  app.use(bodyParser({ enableTypes: ['json'], jsonLimit: JSON_BODY_LIMIT }))
  for (const middleware of options.routes ?? []) app.use(middleware)
  const handle = app.callback()
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    void handle(request, response)
  })
  await listen(server, options.port, options.host ?? '0.0.0.0')
  return { port: portOf(server), close: () => close(server) }
}

function registerReadiness({ isReady, registry }: AdminServerOptions): void {
  new Gauge({
    name: 'wa_service_ready',
    registers: [registry],
    help: '1 if /readyz is 200; 0 while the process starts, waits for what it needs, or stops',
    collect() {
      this.set(isReady().ok ? 1 : 0)
    },
  })
}

function createHealthRoutes(options: AdminServerOptions): Koa.Middleware {
  return async function healthRoutes(ctx, next) {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next()
    if (ctx.path === '/livez') return answerHealth(ctx, options.isAlive())
    if (ctx.path === '/readyz') return answerHealth(ctx, options.isReady())
    if (ctx.path !== '/metrics') return next()
    ctx.body = await options.registry.metrics()
    ctx.set('content-type', options.registry.contentType)
  }
}

/** Prometheus, probes and the command line send no origin; a page of another origin always does. */
const refusePages: Koa.Middleware = (ctx, next) => {
  if (ctx.get('origin') !== '') ctx.throw(403, 'pages may not ask')
  return next()
}

function answerHealth(ctx: Koa.Context, health: Health): void {
  ctx.status = health.ok ? 200 : 503
  ctx.set(PROCESS_HEADER, String(process.pid))
  ctx.body = health
}

const answerErrorsAsJson: Koa.Middleware = async (ctx, next) => {
  try {
    await next()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const status = 'status' in error && typeof error.status === 'number' ? error.status : 500
    ctx.status = status
    ctx.body = { error: status < 500 ? error.message : 'internal error' }
    if (status >= 500) ctx.app.emit('error', error, ctx)
    return
  }
  if (ctx.status === 404 && ctx.body === undefined) {
    ctx.status = 404
    ctx.body = { error: 'no such route' }
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
