import { Pool, type Dispatcher } from 'undici'
import { type Destination } from '../destinations/destination.ts'
import { AddressRefused, createGuardedLookup } from './address-guard.ts'
import { type Answer, toAnswer, type UnreachableCause } from './answer.ts'
import { type OutgoingWebhook, toRequestHeaders } from './request-headers.ts'

/** An answer is read to its end so that the connection serves again; a longer one is cut off. */
const ANSWER_BYTES_MAX = 65_536
const ANSWER_HEADER_BYTES_MAX = 16_384
const CONNECT_TIMEOUT_MS = 5_000
/** Shorter than receivers' own, which would close a connection that is just being used. */
const KEEP_ALIVE_MS = 4_000

/** Posts webhooks to one destination. */
export interface Poster {
  /** Resolves with what became of it, within the destination's timeout. Never rejects. */
  post(webhook: OutgoingWebhook, replay: string | null): Promise<Answer>
  close(): Promise<void>
}

export function createPoster(destination: Destination): Poster {
  const { timeoutMs, url } = destination
  const pool = openPool(destination)
  const path = `${url.pathname}${url.search}`
  return {
    post(webhook, replay) {
      const headers = toRequestHeaders(webhook, destination, { nowMs: Date.now(), replay })
      return new Promise((resolve) => {
        const exchange = new Exchange(resolve, timeoutMs)
        pool.dispatch({ path, method: 'POST', headers, body: webhook.body }, exchange)
      })
    },
    close: () => pool.destroy(),
  }
}

function openPool({ allow, parallel, timeoutMs, tls, url }: Destination): Pool {
  return new Pool(url.origin, {
    connections: parallel,
    pipelining: 1,
    // The exchange has a deadline of its own, which an answer in single bytes can't put off.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: ANSWER_HEADER_BYTES_MAX,
    connect: {
      timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      lookup: createGuardedLookup(allow),
      rejectUnauthorized: true,
      ...(tls.certificate === null ? {} : { cert: tls.certificate }),
      ...(tls.key === null ? {} : { key: tls.key }),
      ...(tls.authorities === null ? {} : { ca: tls.authorities }),
    },
  })
}

/** One request, from its dispatch to the end of its answer or its deadline. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void
  readonly #deadline: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #answer: Answer | undefined
  #isOver = false
  #bytes = 0

  constructor(resolve: (answer: Answer) => void, timeoutMs: number) {
    this.#resolve = resolve
    this.#deadline = setTimeout(() => this.#end(unreachable('timeout')), timeoutMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // It may have waited for a connection until its time was up.
    if (this.#isOver) controller.abort(new Error('the time is up'))
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // Informational answers come before the real one.
    if (status < 200) return
    const retryAfter = headers['retry-after']
    const text = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter
    this.#answer = toAnswer(status, text, Date.now())
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#bytes += chunk.length
    if (this.#bytes > ANSWER_BYTES_MAX) this.#end(this.#answer ?? unreachable('broken_answer'))
  }

  onResponseEnd(): void {
    this.#settle(this.#answer ?? unreachable('broken_answer'))
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#settle(unreachable(this.#answer === undefined ? causeOf(error) : 'broken_answer'))
  }

  /** Ends the exchange before the other side does. */
  #end(answer: Answer): void {
    this.#settle(answer)
    this.#controller?.abort(new Error('the answer is read no further'))
  }

  #settle(answer: Answer): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#deadline)
    this.#resolve(answer)
  }
}

function unreachable(cause: UnreachableCause): Answer {
  return { kind: 'unreachable', cause }
}

function causeOf(error: Error): UnreachableCause {
  if (error instanceof AddressRefused) return 'address_refused'
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout'
  if (/CERT|TLS|SSL|SELF_SIGNED|VERIFY/.test(code)) return 'tls'
  const isBroken = code === 'UND_ERR_SOCKET' || error.name === 'HTTPParserError'
  return isBroken ? 'broken_answer' : 'connection'
}
