import { type Context } from 'koa'

/** What is wrong with the provider's API; webhooks are sent all the same. */
export const faults = [
  /** Closes the connection. */
  'away',
  /** Never answers. */
  'silent',
  'unavailable',
  'rate_limited',
  'key_invalid',
  /** Answers with a page instead of JSON. */
  'not_json',
  /** Answers with more than anybody wants to read. */
  'huge_answer',
  /** Sends the caller elsewhere. */
  'redirect',
] as const

export type Fault = (typeof faults)[number]

/** How one of the APIs says no. */
export interface Refusals {
  readonly keyInvalid: (ctx: Context) => void
  readonly rateLimited: (ctx: Context) => void
  readonly unavailable: (ctx: Context) => void
}

const HUGE_BYTES = 32 * 1024 * 1024

/** Where a redirect leads; whoever follows it is counted. */
export const ELSEWHERE = '/simulator/elsewhere'

/** Answers in the way of the fault. */
export function applyFault(ctx: Context, fault: Fault, refusals: Refusals): void {
  switch (fault) {
    case 'away':
      ctx.respond = false
      ctx.req.socket.destroy()
      return
    case 'silent':
      ctx.respond = false
      return
    case 'unavailable':
      return refusals.unavailable(ctx)
    case 'rate_limited':
      return refusals.rateLimited(ctx)
    case 'key_invalid':
      return refusals.keyInvalid(ctx)
    case 'not_json':
      ctx.type = 'html'
      ctx.body = '<!doctype html><title>Sorry</title>'
      return
    case 'huge_answer':
      ctx.type = 'json'
      ctx.body = `{"data":"${'x'.repeat(HUGE_BYTES)}"}`
      return
    case 'redirect':
      ctx.redirect(ELSEWHERE)
  }
}
