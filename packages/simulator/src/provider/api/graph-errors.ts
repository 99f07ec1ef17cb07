import { randomBytes } from 'node:crypto'
import { type Context } from 'koa'
import { type Refusals } from '../business/faults.ts'

export interface GraphError {
  readonly status: number
  readonly code: number
  readonly message: string
  readonly type?: string
  readonly subcode?: number
  readonly details?: string
}

/**
 * An error as the Graph API writes it.
 *
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
export function answerGraphError(ctx: Context, error: GraphError): void {
  const { code, details, message, status, subcode, type = 'OAuthException' } = error
  ctx.status = status
  ctx.body = {
    error: {
      message: `(#${code}) ${message}`,
      type,
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      ...(details === undefined ? {} : { error_data: { messaging_product: 'whatsapp', details } }),
      fbtrace_id: randomBytes(8).toString('base64url'),
    },
  }
}

export const graphRefusals: Refusals = {
  keyInvalid: (ctx) =>
    answerGraphError(ctx, {
      status: 401,
      code: 190,
      message: 'Invalid OAuth access token - Cannot parse access token',
    }),
  /** Of the account's calls; sending too fast has a code of its own. */
  rateLimited(ctx) {
    const isMessage = ctx.path.endsWith('/messages')
    answerGraphError(ctx, {
      status: 429,
      code: isMessage ? 130_429 : 80_007,
      message: isMessage ? 'Rate limit hit' : 'Rate limit issues',
    })
  },
  unavailable: (ctx) =>
    answerGraphError(ctx, { status: 503, code: 131_016, message: 'Service unavailable' }),
}

export function refuseParameter(ctx: Context, details: string): void {
  answerGraphError(ctx, { status: 400, code: 100, message: 'Invalid parameter', details })
}

/** An id that does not exist, or that the caller may not see: the Graph API says the same. */
export function refuseObject(ctx: Context, id: string): void {
  answerGraphError(ctx, {
    status: 400,
    code: 100,
    subcode: 33,
    type: 'GraphMethodException',
    message:
      `Unsupported ${ctx.method.toLowerCase()} request. Object with ID '${id}' does not exist, ` +
      'cannot be loaded due to missing permissions, or does not support this operation',
  })
}

export function refuseCallback(ctx: Context, reason: string): void {
  answerGraphError(ctx, {
    status: 400,
    code: 2_200,
    message: `Callback verification failed with the following errors: ${reason}`,
  })
}
