import { type z } from 'zod'
import { isSuccess, parseAnswer } from '../http/answer.ts'
import { createJsonClient, type JsonRequest } from '../http/json-client.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { secretsOf } from '../numbers/secrets-of.ts'
import { toCloudError } from './cloud-error.ts'

/** One call of the port. */
export interface Context {
  readonly key: string
  readonly signal: AbortSignal | undefined
}

export interface CloudClient {
  /** The answer in its documented shape. Throws a ProviderError. */
  send<T>(
    context: Context,
    request: JsonRequest,
    reading: { readonly schema: z.ZodType<T>; readonly isAboutUrl?: boolean },
  ): Promise<T>
  close(): Promise<void>
}

export function createCloudClient(number: NumberEntry, timeoutMs: number | undefined): CloudClient {
  const { api, authorities } = number
  const client = createJsonClient(api, { timeoutMs, authorities })
  return {
    async send({ key, signal }, request, { isAboutUrl = false, schema }) {
      const headers = { authorization: `Bearer ${key}` }
      const answer = await client.send({ ...request, headers }, signal)
      if (isSuccess(answer)) return parseAnswer(answer, schema)
      throw toCloudError(answer, { secrets: secretsOf(number, [key]), isAboutUrl })
    },
    close: () => client.close(),
  }
}
