import { z } from 'zod'
import { isSuccess, parseAnswer } from '../http/answer.ts'
import { createJsonClient } from '../http/json-client.ts'
import { type Partner } from '../numbers/number-entry.ts'
import { toDialog360Error } from './dialog360-error.ts'

const KEY_LENGTH_MIN = 8
const apiKeySchema = z.object({ api_key: z.string().min(KEY_LENGTH_MIN) })

/** Asks the partner API for a new key of the number, which revokes the former ones. */
export async function createPartnerKey(
  partner: Partner,
  options: {
    readonly authorities: string | null
    /** That no message may hold. */
    readonly secrets: readonly string[]
    readonly timeoutMs: number | undefined
    readonly signal: AbortSignal | undefined
  },
): Promise<string> {
  const client = createJsonClient(partner.api, options)
  try {
    const answer = await client.send(
      {
        method: 'POST',
        path: ['api', 'v2', 'partners', partner.id, 'channels', partner.channel, 'api_keys'],
        headers: { 'x-api-key': partner.key },
        body: {},
      },
      options.signal,
    )
    if (isSuccess(answer)) return parseAnswer(answer, apiKeySchema).api_key
    throw toDialog360Error(answer, { secrets: options.secrets, isAboutUrl: false })
  } finally {
    await client.close()
  }
}
