import { z } from 'zod'
import { boundedWait, kindOfStatus, retryAfterOf } from '../http/answer.ts'
import { type JsonAnswer } from '../http/json-client.ts'
import { ProviderError, type ProviderErrorKind, quoted } from '../port/provider-error.ts'

const errorSchema = z.object({
  error: z.object({
    message: z.string().catch(''),
    code: z.number().nullable().catch(null),
    error_subcode: z.number().optional().catch(undefined),
    is_transient: z.boolean().optional().catch(undefined),
    error_data: z.object({ details: z.string() }).optional().catch(undefined),
  }),
})

/** `{ "<id>": [{ estimated_time_to_regain_access: minutes }] }` */
const usageSchema = z.record(
  z.string(),
  z.array(z.object({ estimated_time_to_regain_access: z.number().default(0) })),
)

const MINUTE_MS = 60_000
const SUBCODE_UNKNOWN_OBJECT = 33
const CODE_PARAMETER = 100

/**
 * Codes as of https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/
 * and https://developers.facebook.com/docs/graph-api/guides/error-handling; 2200 is what the
 * subscriptions of webhooks answer if the callback could not be verified.
 */
const kinds: ReadonlyMap<number, ProviderErrorKind> = new Map(
  (
    [
      ['key_invalid', [102, 190, 3, 10, 131005, 131031]],
      ['rate_limited', [4, 17, 32, 613, 80007, 80008, 130429, 131048, 131056, 133016]],
      ['handshake_failed', [2200]],
      ['unavailable', [1, 2, 131000, 131016, 133004, 135000]],
      ['not_found', [803]],
    ] as const
  ).flatMap(([kind, codes]) => codes.map((code) => [code, kind] as const)),
)

/** What an answer other than 2xx means. */
export function toCloudError(
  answer: JsonAnswer,
  context: { readonly secrets: readonly string[]; readonly isAboutUrl?: boolean },
): ProviderError {
  const parsed = errorSchema.safeParse(answer.body)
  if (!parsed.success) {
    const kind = kindOfStatus(answer.status, { isInOwnWords: false })
    return new ProviderError(kind, `the Cloud API answered ${answer.status}`, {
      retryAfterMs: retryAfterOf(answer, Date.now()),
    })
  }
  const { error } = parsed.data
  const kind = kindOf({ ...error, status: answer.status, isAboutUrl: context.isAboutUrl === true })
  const said = quoted([error.message, error.error_data?.details ?? ''].join(' '), context.secrets)
  // What it says about a key may quote the key, also a former one.
  const shown = kind === 'key_invalid' ? '' : `: ${said}`
  return new ProviderError(
    kind,
    `the Cloud API answered with ${nameOf(error.code, answer.status)}${shown}`,
    {
      retryAfterMs: waitOf(answer),
    },
  )
}

function kindOf(error: {
  readonly code: number | null
  readonly error_subcode?: number | undefined
  readonly is_transient?: boolean | undefined
  readonly message: string
  readonly status: number
  readonly isAboutUrl: boolean
}): ProviderErrorKind {
  const { code, error_subcode: subcode, is_transient: isTransient, isAboutUrl, message } = error
  // It is not the Graph API that answers without a code, but whatever stands before it.
  if (code === null) return kindOfStatus(error.status, { isInOwnWords: false })
  const known = kinds.get(code)
  if (known !== undefined) return known
  if (code === 0 || (code >= 200 && code < 300)) return 'key_invalid'
  if (code === CODE_PARAMETER && subcode === SUBCODE_UNKNOWN_OBJECT) return 'not_found'
  if (isAboutUrl && code === CODE_PARAMETER) {
    return /verif|challenge/i.test(message) ? 'handshake_failed' : 'url_refused'
  }
  if (isTransient === true) return 'unavailable'
  return error.status === 401 || error.status === 429 || error.status >= 500
    ? kindOfStatus(error.status, { isInOwnWords: true })
    : 'refused'
}

function nameOf(code: number | null, status: number): string {
  return code === null ? `status ${status}` : `code ${code}`
}

/**
 * `retry-after`, or the time that the Graph API estimates:
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting/
 */
function waitOf(answer: JsonAnswer): number | null {
  const asked = retryAfterOf(answer, Date.now())
  if (asked !== null) return asked
  const parsed = usageSchema.safeParse(parseHeader(answer.header('x-business-use-case-usage')))
  const minutes = Object.values(parsed.data ?? {})
    .flat()
    .map((usage) => usage.estimated_time_to_regain_access)
  return minutes.some((count) => count > 0) ? boundedWait(Math.max(...minutes) * MINUTE_MS) : null
}

function parseHeader(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
