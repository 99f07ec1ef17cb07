import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type SyntheticWebhook } from './synthetic-webhook.ts'

const ANSWER_TIMEOUT_MS = 10_000

/**
 * The status of the answer; 0 if there was none. It opens a new connection each time, to notice a
 * broken ingress and to reach every instance behind a load balancer.
 */
export function postWebhook(
  { body, headers }: SyntheticWebhook,
  target: { readonly url: string; readonly ca: string | undefined },
): Promise<number> {
  const { ca, url } = target
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve) => {
    const request = send(url, {
      method: 'POST',
      agent: false,
      timeout: ANSWER_TIMEOUT_MS,
      headers: { ...headers, 'content-length': body.length },
      ...(ca !== undefined && { ca }),
    })
    request.once('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.once('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', () => resolve(0))
    request.end(body)
  })
}
