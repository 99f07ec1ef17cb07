import { type ServerAddress } from '@wabastream/contracts'

const TIMEOUT_MS = 10_000

/**
 * Sends a request for which the registry's client has no call. Returns the JSON value of the
 * answer; null for 404. Throws for every other answer, such as the page of an ingress without a
 * registry behind it.
 */
export async function askRegistry(
  { url, authorization }: Pick<ServerAddress, 'url' | 'authorization'>,
  path: string,
  { method, body }: { readonly method: string; readonly body?: string } = { method: 'GET' },
): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body !== undefined && { 'content-type': 'application/vnd.schemaregistry.v1+json' }),
    },
    ...(body !== undefined && { body }),
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.status === 404) return null
  if (!response.ok) throw new Error(`the registry answers ${response.status}`)
  if (answer === undefined) throw new Error('the registry answers with no JSON')
  return answer
}
