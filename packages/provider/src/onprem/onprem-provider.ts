import { z } from 'zod'
import { assertNoPage, isSuccess, kindOfStatus, parseAnswer, retryAfterOf } from '../http/answer.ts'
import { createJsonClient, type JsonAnswer, type JsonRequest } from '../http/json-client.ts'
import { createKeyHolder, type ReadKey } from '../http/key-holder.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { secretsOf } from '../numbers/secrets-of.ts'
import { type Provider } from '../port/provider.ts'
import { ProviderError, quoted } from '../port/provider-error.ts'

const SETTINGS = ['v1', 'settings', 'application']
const USER_AND_PASSWORD = /^[^:]+:.+$/

const loginSchema = z.object({ users: z.array(z.object({ token: z.string().min(1) })).min(1) })
const settingsSchema = z.object({
  settings: z.object({
    application: z.object({ webhooks: z.object({ url: z.string().nullish() }).nullish() }),
  }),
})
const errorSchema = z.object({
  errors: z
    .array(
      z.object({
        code: z.number().catch(0),
        title: z.string().catch(''),
        details: z.string().catch(''),
      }),
    )
    .min(1),
})
/** Too many requests: 429, 471 and 1015; access denied: 1005. */
const CODES_RATE_LIMITED: ReadonlySet<number> = new Set([429, 471, 1015])
const CODE_DENIED = 1005

/**
 * The client that runs on premises. The provider has announced its end, so it gets what a number
 * needs and no more. The key is `user:password` of an administrator.
 *
 * - `GET`, `PATCH /v1/settings/application`:
 *   https://developers.facebook.com/docs/whatsapp/on-premises/reference/settings/app
 * - `POST /v1/users/login`:
 *   https://developers.facebook.com/docs/whatsapp/on-premises/reference/users/login
 * - `PUT /v1/messages/{id}` with `status: read`:
 *   https://developers.facebook.com/docs/whatsapp/on-premises/guides/mark-as-read
 * - codes: https://developers.facebook.com/docs/whatsapp/on-premises/errors
 */
export function createOnpremProvider(
  number: NumberEntry,
  options: { readonly readKey: ReadKey; readonly timeoutMs?: number | undefined },
): Provider {
  const client = createJsonClient(number.api, {
    timeoutMs: options.timeoutMs,
    authorities: number.authorities,
  })
  const holder = createKeyHolder(options.readKey)
  /** Of which key, because the key may be rotated. */
  let session: { readonly key: string; readonly token: string } | undefined

  async function login(key: string, signal: AbortSignal | undefined): Promise<string> {
    if (!USER_AND_PASSWORD.test(key)) {
      throw new ProviderError('key_invalid', 'its key is not of the form user:password')
    }
    const authorization = `Basic ${Buffer.from(key, 'utf8').toString('base64')}`
    const answer = await client.send(
      { method: 'POST', path: ['v1', 'users', 'login'], headers: { authorization }, body: {} },
      signal,
    )
    if (!isSuccess(answer)) throw toLoginError(answer)
    const [user] = parseAnswer(answer, loginSchema).users
    return user?.token ?? ''
  }

  async function send(request: JsonRequest, signal: AbortSignal | undefined): Promise<JsonAnswer> {
    return holder.withKey(async (key) => {
      const known = session?.key === key ? session.token : undefined
      const token = known ?? (await login(key, signal))
      session = { key, token }
      const answer = await sendWith(token, request, signal)
      // A token ends after some days, or with the client; the key may still be right.
      if (answer.status !== 401 || known === undefined)
        return accepted(answer, secretsOf(number, [key, token]))
      const fresh = await login(key, signal)
      session = { key, token: fresh }
      return accepted(await sendWith(fresh, request, signal), secretsOf(number, [key, fresh]))
    })
  }

  function sendWith(
    token: string,
    request: JsonRequest,
    signal: AbortSignal | undefined,
  ): Promise<JsonAnswer> {
    return client.send({ ...request, headers: { authorization: `Bearer ${token}` } }, signal)
  }

  async function setUrl(url: string, signal: AbortSignal | undefined): Promise<void> {
    await send({ method: 'PATCH', path: SETTINGS, body: { webhooks: { url } } }, signal)
  }

  return {
    createKey: null,
    async readWebhook(signal) {
      const answer = await send({ method: 'GET', path: SETTINGS }, signal)
      const { webhooks } = parseAnswer(answer, settingsSchema).settings.application
      const url = webhooks?.url ?? ''
      const own = url === '' ? null : url
      return { url: own, from: own === null ? null : 'number', subscribedFields: null }
    },
    setWebhook: ({ url }, signal) => setUrl(url, signal),
    removeWebhook: (signal) => setUrl('', signal),
    async markRead(messageId, signal) {
      const path = ['v1', 'messages', messageId]
      await send({ method: 'PUT', path, body: { status: 'read' } }, signal)
    },
    close: () => client.close(),
  }
}

function accepted(answer: JsonAnswer, secrets: readonly string[]): JsonAnswer {
  if (!isSuccess(answer)) throw toOnpremError(answer, secrets)
  assertNoPage(answer)
  return answer
}

/** A login that is refused is a key that is. What is said of it may quote it, so it is left out. */
function toLoginError(answer: JsonAnswer): ProviderError {
  const { kind, retryAfterMs } = toOnpremError(answer, [])
  const message = `the client on premises answered ${answer.status} to the login`
  return new ProviderError(kind === 'refused' ? 'key_invalid' : kind, message, { retryAfterMs })
}

function toOnpremError(answer: JsonAnswer, secrets: readonly string[]): ProviderError {
  const [error] = errorSchema.safeParse(answer.body).data?.errors ?? []
  const byStatus = kindOfStatus(answer.status, { isInOwnWords: error !== undefined })
  const code = error?.code ?? 0
  const isLimited = CODES_RATE_LIMITED.has(code)
  const byCode = code === CODE_DENIED ? 'key_invalid' : byStatus
  const kind = isLimited ? 'rate_limited' : byCode
  const said = quoted(`${error?.title ?? ''} ${error?.details ?? ''}`, secrets)
  const shown = kind === 'key_invalid' || said === '' ? '' : `: ${said}`
  return new ProviderError(kind, `the client on premises answered ${answer.status}${shown}`, {
    retryAfterMs: retryAfterOf(answer, Date.now()),
  })
}
