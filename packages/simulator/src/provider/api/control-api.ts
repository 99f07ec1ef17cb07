import { type Context } from 'koa'
import { z } from 'zod'
import { type BusinessNumber } from '../business/business-number.ts'
import { ELSEWHERE, faults } from '../business/faults.ts'
import { type Provider } from '../business/provider.ts'
import { describeBusiness, describeProvider } from '../business/provider-state.ts'
import { type Api } from './api.ts'

const NUMBER_PATH = /^\/simulator\/numbers\/(?<id>[^/]+)(?:\/(?<part>[a-z]+))?$/
const CREATED = 201
const DAY_MS = 86_400_000
/** Messages of each number in the state of all; the state of one number has all of them. */
const LISTED_MAX = 100

const faultSchema = z.object({ fault: z.enum(faults).nullable() })

const receiveSchema = z.object({
  from: z.string().regex(/^\d+$/).default('4915112345678'),
  name: z.string().optional(),
  text: z.string().default('Hello'),
  /** Instead of a text: the type of a message and the object of that type. */
  content: z.record(z.string(), z.unknown()).optional(),
  /** How long ago, for a message that is older than the simulator. */
  daysAgo: z.number().min(0).max(400).default(0),
  count: z.int().min(1).max(10_000).default(1),
})

/** The simulator's own routes, under `/simulator/`: what no provider offers and a test needs. */
export function createControlApi(provider: Provider): Api {
  return async function controlApi(ctx) {
    if (!ctx.path.startsWith('/simulator/')) return false
    if (ctx.path === ELSEWHERE) {
      provider.elsewhereCount += 1
      ctx.body = { elsewhere: true }
    } else if (ctx.path === '/simulator/state' && ctx.method === 'GET') {
      ctx.body = describeProvider(provider, LISTED_MAX)
    } else if (ctx.path === '/simulator/fault' && ctx.method === 'PUT') {
      setFault(ctx, provider)
    } else {
      answerNumber(ctx, provider)
    }
    return true
  }
}

function answerNumber(ctx: Context, provider: Provider): void {
  const { id = '', part = '' } = NUMBER_PATH.exec(ctx.path)?.groups ?? {}
  const business = provider.numbers.get(id)
  if (business === undefined) return refuse(ctx, 404, `there is no ${ctx.path}`)
  switch (`${ctx.method} ${part}`) {
    case 'GET ':
      ctx.body = describeBusiness(provider, business)
      return
    case 'POST key':
      return createKey(ctx, provider, business)
    case 'DELETE webhook':
      business.webhookUrl = undefined
      ctx.body = describeBusiness(provider, business)
      return
    case 'PUT fault':
      return setFault(ctx, business)
    case 'POST messages':
      return receive(ctx, business)
    case 'POST events':
      return report(ctx, business)
    default:
      refuse(ctx, 404, `there is no ${ctx.method} ${ctx.path}`)
  }
}

function refuse(ctx: Context, status: number, error: string): void {
  ctx.status = status
  ctx.body = { error }
}

function setFault(ctx: Context, of: Pick<Provider | BusinessNumber, 'fault'>): void {
  const asked = faultSchema.safeParse(ctx.request.body)
  if (!asked.success) return refuse(ctx, 400, z.prettifyError(asked.error))
  of.fault = asked.data.fault ?? undefined
  ctx.body = { fault: asked.data.fault }
}

const keySchema = z.object({ revokesEarlier: z.boolean().default(false) })

function createKey(ctx: Context, provider: Provider, business: BusinessNumber): void {
  const asked = keySchema.safeParse(ctx.request.body ?? {})
  if (!asked.success) return refuse(ctx, 400, z.prettifyError(asked.error))
  ctx.status = CREATED
  ctx.body = { key: provider.createKey(business, asked.data) }
}

function receive(ctx: Context, business: BusinessNumber): void {
  const asked = receiveSchema.safeParse(ctx.request.body ?? {})
  if (!asked.success) return refuse(ctx, 400, z.prettifyError(asked.error))
  const { count, daysAgo, from, name, text } = asked.data
  const content = asked.data.content ?? { type: 'text', text: { body: text } }
  const atMs = Date.now() - daysAgo * DAY_MS
  const message = { from, content, atMs, ...(name === undefined ? {} : { name }) }
  ctx.status = CREATED
  ctx.body = { messages: Array.from({ length: count }, () => ({ id: business.receive(message) })) }
}

const eventSchema = z.object({
  field: z.string().min(1),
  value: z.record(z.string(), z.unknown()),
})

function report(ctx: Context, business: BusinessNumber): void {
  const asked = eventSchema.safeParse(ctx.request.body)
  if (!asked.success) return refuse(ctx, 400, z.prettifyError(asked.error))
  business.report(asked.data)
  ctx.status = CREATED
  ctx.body = {}
}
