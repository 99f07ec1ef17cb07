import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'
import {
  type AccountEvent,
  type BusinessNumber,
  type InboundContent,
} from './business/business-number.ts'
import { type Fault } from './business/faults.ts'
import { type SimulatedProviderOptions } from './options/provider-options.ts'
import { type KeyOptions, Provider } from './business/provider.ts'
import { createCloudApi } from './api/cloud-api.ts'
import { createControlApi } from './api/control-api.ts'
import { createDialog360Api } from './api/dialog360-api.ts'
import { createOnPremisesApi } from './api/on-premises-api.ts'
import { type Play, type PlayOptions, startPlay } from './play/play.ts'
import {
  describeProvider,
  type ProviderState,
  type ProviderTotals,
  totalsOf,
} from './business/provider-state.ts'

const BODY_LIMIT = '1mb'

/**
 * A provider that runs on this machine: what its routes under `/simulator/` do, as functions. They
 * throw when there is no such number.
 */
export interface SimulatedProvider {
  /** Origin of every API. */
  readonly url: string
  readonly partner: { readonly id: string; readonly key: string }
  state(): ProviderState
  totals(): ProviderTotals
  /** Makes a new key, and does what else a provider does then. */
  createKey(numberId: string, options?: KeyOptions): string
  removeWebhook(numberId: string): void
  /** Of one number, or of all; null ends it. */
  setFault(fault: Fault | null, numberId?: string): void
  /** A customer writes to the number. Returns the id of the message. */
  receive(numberId: string, message: InboundContent): string
  /** Something happens to the number or its account; it is sent if the field is subscribed to. */
  report(numberId: string, event: AccountEvent): void
  /** Sends any bytes as a webhook of the number: what is in them is nobody's concern here. */
  deliver(numberId: string, body: Buffer): void
  /** Traffic as a business and its customers cause it, beside what the APIs are asked for. */
  play(options: PlayOptions): Play
  /** Ends at once: what waits in queues is dropped. */
  close(): Promise<void>
}

/**
 * Starts a provider on loopback that speaks the Cloud API, 360dialog's APIs and that of the client
 * on premises, and delivers webhooks to wherever these were told to. Rejects if the port is taken.
 */
export async function startSimulatedProvider(
  options: SimulatedProviderOptions,
): Promise<SimulatedProvider> {
  const { seed = 'wabastream', timeFactor = 1 } = options
  const provider = new Provider(options)
  const server = createServer(createHandler(provider))
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const numberOf = (numberId: string): BusinessNumber => {
    const business = provider.numbers.get(numberId)
    if (business === undefined) throw new RangeError(`there is no number ${numberId}`)
    return business
  }
  return {
    url: urlOf(server),
    partner: provider.partner,
    state: () => describeProvider(provider),
    totals: () => totalsOf(provider),
    createKey: (numberId, asked) => provider.createKey(numberOf(numberId), asked),
    removeWebhook(numberId) {
      numberOf(numberId).webhookUrl = undefined
    },
    setFault(fault, numberId) {
      const of = numberId === undefined ? provider : numberOf(numberId)
      of.fault = fault ?? undefined
    },
    receive: (numberId, message) => numberOf(numberId).receive(message),
    report: (numberId, event) => numberOf(numberId).report(event),
    deliver(numberId, body) {
      const updates = [{ kind: 'unread', name: `${body.length} bytes` }] as const
      numberOf(numberId).line.offer({ numberId, body, updates })
    },
    play: (asked) => startPlay(provider, asked, { seed, timeFactor }),
    async close() {
      provider.close()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function createHandler(provider: Provider): (...args: Parameters<Handler>) => void {
  const app = new Koa()
  app.silent = true
  app.use(refusePages)
  app.use(
    bodyParser({
      enableTypes: ['json', 'form'],
      jsonLimit: BODY_LIMIT,
      onerror: (_error, ctx) => ctx.throw(400, 'the body cannot be read'),
    }),
  )
  const apis = [createControlApi, createDialog360Api, createOnPremisesApi, createCloudApi].map(
    (create) => create(provider),
  )
  app.use(async (ctx) => {
    for (const api of apis) if (await api(ctx)) return
  })
  const handle = app.callback()
  return (request, response) => void handle(request, response)
}

/** The routes under `/simulator/` ask for no key, and pages have no business there. */
const refusePages: Koa.Middleware = (ctx, next) => {
  // A page whose name was made to lead here sends no origin with what it reads, but its own host.
  if (ctx.get('origin') !== '' || !LOOPBACK.has(ctx.hostname)) ctx.throw(403, 'pages may not ask')
  return next()
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

type Handler = ReturnType<Koa['callback']>

function urlOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}
