import { z } from 'zod'
import { kindOfStatus, retryAfterOf } from '../http/answer.ts'
import { type JsonAnswer } from '../http/json-client.ts'
import { ProviderError, type ProviderErrorKind, quoted } from '../port/provider-error.ts'

/** The forms in which its pages show errors: its own, and those of the Cloud API behind it. */
const errorSchema = z.union([
  z.object({ meta: z.object({ developer_message: z.string() }) }).transform(({ meta }) => ({
    message: meta.developer_message,
    code: null,
  })),
  z
    .object({ error: z.object({ message: z.string(), code: z.number().nullable().catch(null) }) })
    .transform(({ error }) => error),
  z.object({ error: z.string() }).transform(({ error }) => ({ message: error, code: null })),
])
const CODES_RATE_LIMITED: ReadonlySet<number> = new Set([4, 80007, 130429, 131056])

/** Whether an answer other than 2xx is 360dialog's own, and not that of whoever else is there. */
export function isDialog360Error({ body }: JsonAnswer): boolean {
  return errorSchema.safeParse(body).success
}

/** What an answer other than 2xx means. */
export function toDialog360Error(
  answer: JsonAnswer,
  context: { readonly secrets: readonly string[]; readonly isAboutUrl: boolean },
): ProviderError {
  const parsed = errorSchema.safeParse(answer.body)
  const { code, message } = parsed.success ? parsed.data : { code: null, message: '' }
  const { isAboutUrl } = context
  const isInOwnWords = parsed.success
  const kind = kindOf(answer.status, { code, message, isAboutUrl, isInOwnWords })
  const shown =
    kind === 'key_invalid' || message === '' ? '' : `: ${quoted(message, context.secrets)}`
  return new ProviderError(kind, `360dialog answered ${answer.status}${shown}`, {
    retryAfterMs: retryAfterOf(answer, Date.now()),
  })
}

function kindOf(
  status: number,
  given: {
    readonly code: number | null
    readonly message: string
    readonly isAboutUrl: boolean
    readonly isInOwnWords: boolean
  },
): ProviderErrorKind {
  const { code, isAboutUrl, isInOwnWords, message } = given
  if (code !== null && CODES_RATE_LIMITED.has(code)) return 'rate_limited'
  if (status === 403 && /blocked/i.test(message)) return 'refused'
  // Its limits are reported with 400 as well.
  if (status === 400 && /rate limit/i.test(message)) return 'rate_limited'
  if (/api[_ -]?key/i.test(message) && /invalid|missing|revoked/i.test(message)) {
    return 'key_invalid'
  }
  const kind = kindOfStatus(status, { isInOwnWords })
  return kind === 'refused' && isAboutUrl ? 'url_refused' : kind
}
