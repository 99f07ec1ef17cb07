import { assertNoPage, isSuccess } from '../http/answer.ts'
import { createJsonClient, type JsonAnswer, type JsonRequest } from '../http/json-client.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { secretsOf } from '../numbers/secrets-of.ts'
import { toDialog360Error } from './dialog360-error.ts'

/** One call of the port. */
export interface Context {
  readonly key: string
  readonly signal: AbortSignal | undefined
}

export interface Dialog360Client {
  /** An answer with 2xx, or with the status that is asked for. Throws a ProviderError. */
  send(
    context: Context,
    request: JsonRequest,
    reading?: { readonly isAboutUrl?: boolean; readonly allowedStatus?: number },
  ): Promise<JsonAnswer>
  close(): Promise<void>
}

/** The messaging API, which takes the number's own key. */
export function createMessagingClient(
  number: NumberEntry,
  timeoutMs: number | undefined,
): Dialog360Client {
  const { api, authorities } = number
  const client = createJsonClient(api, { timeoutMs, authorities })
  return {
    async send({ key, signal }, request, { allowedStatus, isAboutUrl = false } = {}) {
      const headers = { 'd360-api-key': key }
      const answer = await client.send({ ...request, headers }, signal)
      if (answer.status === allowedStatus) return answer
      if (!isSuccess(answer)) {
        throw toDialog360Error(answer, { secrets: secretsOf(number, [key]), isAboutUrl })
      }
      assertNoPage(answer)
      return answer
    },
    close: () => client.close(),
  }
}
