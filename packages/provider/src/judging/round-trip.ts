import { randomUUID } from 'node:crypto'
import { createJsonClient } from '../http/json-client.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { ProviderError } from '../port/provider-error.ts'

/**
 * - `answered`: our URL gave the challenge back, as a provider that sets a webhook expects it
 * - `failed`: it did not
 * - `unasked`: there is no verify token to ask with
 */
export type RoundTrip =
  | { readonly outcome: 'answered'; readonly elapsedMs: number }
  | { readonly outcome: 'failed'; readonly reason: string }
  | { readonly outcome: 'unasked' }

/**
 * Makes the provider's handshake with the URL that the number should have, from where this runs:
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests.
 * Throws only once `signal` is aborted.
 */
export async function tryRoundTrip(
  { webhook }: Pick<NumberEntry, 'webhook'>,
  options: {
    readonly signal?: AbortSignal
    readonly timeoutMs?: number
    /** Authorities of the URL's certificate (PEM), instead of those that Node knows. */
    readonly authorities?: string | null
  } = {},
): Promise<RoundTrip> {
  const { authorities = null, signal, timeoutMs } = options
  if (webhook.verifyToken === null) return { outcome: 'unasked' }
  const url = new URL(webhook.url)
  const client = createJsonClient(url, { timeoutMs, authorities })
  // Digits, as Meta's are, so that it is a number for whoever parses it.
  const challenge = String(Number.parseInt(randomUUID().slice(0, 8), 16))
  const startedMs = performance.now()
  try {
    const answer = await client.send(
      {
        method: 'GET',
        path: [],
        query: {
          'hub.mode': 'subscribe',
          'hub.verify_token': webhook.verifyToken,
          'hub.challenge': challenge,
        },
      },
      signal,
    )
    if (answer.status !== 200) return failed(`it answered ${answer.status}`)
    if (String(answer.body) !== challenge) return failed('it did not give the challenge back')
    return { outcome: 'answered', elapsedMs: performance.now() - startedMs }
  } catch (error) {
    if (error instanceof ProviderError) return failed(error.message)
    throw error
  } finally {
    await client.close()
  }
}

function failed(reason: string): RoundTrip {
  return { outcome: 'failed', reason }
}
