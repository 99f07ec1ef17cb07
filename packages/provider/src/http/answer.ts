import { type z } from 'zod'
import { ProviderError, type ProviderErrorKind } from '../port/provider-error.ts'
import { type JsonAnswer } from './json-client.ts'

/** No provider asks to wait for longer; a longer time is a mistake of whoever wrote it. */
const WAIT_MS_MAX = 86_400_000

export function isSuccess({ status }: JsonAnswer): boolean {
  return status >= 200 && status < 300
}

/** The answer in the shape that the provider documents. Throws `answer_invalid` otherwise. */
export function parseAnswer<T>(answer: JsonAnswer, schema: z.ZodType<T>): T {
  const result = schema.safeParse(answer.body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = issue?.path.join('.') ?? ''
  throw new ProviderError(
    'answer_invalid',
    answer.body === undefined
      ? 'it answered with what is no JSON'
      : `it answered with another shape than documented (${place === '' ? 'as a whole' : place})`,
  )
}

/**
 * Throws `answer_invalid` for a page: what stands before the provider may want a login. Its type
 * alone says nothing: some servers give it to an empty answer as well.
 */
export function assertNoPage(answer: JsonAnswer): void {
  if (!answer.isMarkup || !/html/i.test(answer.header('content-type') ?? '')) return
  throw new ProviderError('answer_invalid', `it answered ${answer.status}, with a page`)
}

/**
 * What a status means, where the body does not say more. A 403 is about the key only in the
 * provider's own words: firewalls and gateways before it answer so as well.
 */
export function kindOfStatus(
  status: number,
  { isInOwnWords }: { readonly isInOwnWords: boolean },
): ProviderErrorKind {
  if (status === 401) return 'key_invalid'
  if (status === 403) return isInOwnWords ? 'key_invalid' : 'unavailable'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  if (status === 408 || status >= 500) return 'unavailable'
  return 'refused'
}

/** `retry-after` in ms: seconds or a date (RFC 9110, 10.2.3); null if it says nothing usable. */
export function retryAfterOf(answer: JsonAnswer, nowMs: number): number | null {
  const text = answer.header('retry-after')?.trim() ?? ''
  if (text === '') return null
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs
  return boundedWait(ms)
}

export function boundedWait(ms: number): number | null {
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), WAIT_MS_MAX) : null
}
