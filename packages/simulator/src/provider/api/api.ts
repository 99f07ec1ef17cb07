import { type Context } from 'koa'
import { applyFault, type Refusals } from '../business/faults.ts'
import { type BusinessNumber } from '../business/business-number.ts'
import { type Provider } from '../business/provider.ts'

/** Answers a request and says so, or leaves it to another API. */
export type Api = (ctx: Context) => Promise<boolean>

/** True when the provider or the number has a fault, which has then been answered. */
export function isFaulty(
  ctx: Context,
  { business, provider }: { readonly provider: Provider; readonly business?: BusinessNumber },
  refusals: Refusals,
): boolean {
  const fault = business?.fault ?? provider.fault
  if (fault === undefined) return false
  applyFault(ctx, fault, refusals)
  return true
}

export function bearerOf(ctx: Context): string {
  return /^Bearer (.+)$/i.exec(ctx.get('authorization'))?.[1] ?? ''
}

export function queryText(ctx: Context, name: string): string | undefined {
  const value = ctx.query[name]
  return Array.isArray(value) ? value[0] : value
}
