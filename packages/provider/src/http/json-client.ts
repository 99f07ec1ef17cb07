import { Pool, type Dispatcher } from 'undici'
import { ProviderError } from '../port/provider-error.ts'

/** Answers are settings and confirmations of a few kB; nothing longer is read. */
const ANSWER_BYTES_MAX = 1_048_576
const ANSWER_HEADER_BYTES_MAX = 32_768
/** As many as may be under way for one number; they are opened when they are needed. */
const CONNECTIONS_MAX = 64
const CONNECT_TIMEOUT_MS = 5_000
const KEEP_ALIVE_MS = 4_000
export const TIMEOUT_MS = 20_000
const UNTRUSTED = /CERT|TLS|SSL|SELF_SIGNED|VERIFY/

export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Steps below the base of the API; each is encoded. None: the base, exactly as it is written. */
  readonly path: readonly string[]
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** By default `application/json`. */
  readonly contentType?: string
}

export interface JsonAnswer {
  readonly status: number
  /** Undefined if the body is no JSON. */
  readonly body: unknown
  /** The body is markup, not JSON: not what a provider answers. */
  readonly isMarkup: boolean
  /** A header of the answer, by its name in small letters. */
  header(name: string): string | undefined
}

/**
 * Sends requests below one address. No redirect is followed: a redirected key would be given away.
 */
export interface JsonClient {
  /**
   * The answer, whatever its status. Throws a ProviderError if there is none within the time limit
   * (`unavailable`), or if it is too large or a redirect (`answer_invalid`).
   */
  send(request: JsonRequest, signal?: AbortSignal): Promise<JsonAnswer>
  close(): Promise<void>
}

export function createJsonClient(
  base: URL,
  options: { readonly timeoutMs?: number | undefined; readonly authorities?: string | null } = {},
): JsonClient {
  const { authorities = null, timeoutMs = TIMEOUT_MS } = options
  const pool = new Pool(base.origin, {
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    // Each exchange has a deadline of its own, which an answer in single bytes can't put off.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: ANSWER_HEADER_BYTES_MAX,
    connect: {
      timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      rejectUnauthorized: true,
      ...(authorities === null ? {} : { ca: authorities }),
    },
  })
  return {
    async send(request, signal) {
      const deadline = AbortSignal.timeout(timeoutMs)
      const both = signal === undefined ? deadline : AbortSignal.any([deadline, signal])
      try {
        return await exchange(pool, toOptions(base.pathname, request, both))
      } catch (error) {
        signal?.throwIfAborted()
        throw toProviderError(error, base.host, deadline.aborted ? timeoutMs : null)
      }
    },
    close: () => pool.destroy(),
  }
}

function toOptions(
  basePath: string,
  request: JsonRequest,
  signal: AbortSignal,
): Dispatcher.RequestOptions {
  const { body, contentType = 'application/json', headers = {}, method, path, query = {} } = request
  const search = new URLSearchParams(query).toString()
  const steps = path.map((step) => `/${encodeURIComponent(step)}`).join('')
  const place = path.length === 0 ? basePath : `${basePath.replace(/\/$/, '')}${steps}`
  return {
    method,
    path: `${place}${search === '' ? '' : `?${search}`}`,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': contentType }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal,
  }
}

async function exchange(pool: Pool, options: Dispatcher.RequestOptions): Promise<JsonAnswer> {
  const { body, headers, statusCode } = await pool.request(options)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    // Leaving the loop ends the connection.
    if (bytes > ANSWER_BYTES_MAX) {
      throw new ProviderError('answer_invalid', `it answered with over ${ANSWER_BYTES_MAX} bytes`)
    }
    chunks.push(chunk)
  }
  if (statusCode >= 300 && statusCode < 400) {
    throw new ProviderError('answer_invalid', 'it answered with a redirect, which is not followed')
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const json = parseJson(text)
  return {
    status: statusCode,
    body: json,
    isMarkup: json === undefined && text.includes('<'),
    header(name) {
      const value = headers[name]
      return Array.isArray(value) ? value[0] : value
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `timeoutMs` if the time was up. */
function toProviderError(error: unknown, host: string, timeoutMs: number | null): ProviderError {
  if (error instanceof ProviderError) return error
  const code = codeOf(error)
  if (timeoutMs !== null || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new ProviderError('unavailable', `${host} did not answer in time`, { cause: error })
  }
  if (UNTRUSTED.test(code)) {
    const message = `${host} shows a certificate that is not trusted (${code})`
    return new ProviderError('unavailable', message, { cause: error })
  }
  const isUnreadable = error instanceof Error && error.name === 'HTTPParserError'
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || isUnreadable) {
    const message = `${host} answered with what is no HTTP, or with endless headers`
    return new ProviderError('answer_invalid', message, { cause: error })
  }
  const message = `${host} cannot be reached, or breaks off (${code || 'no reason given'})`
  return new ProviderError('unavailable', message, { cause: error })
}

/** Without `instanceof`, because Node's own errors may come from another realm. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}
