import { randomInt } from 'node:crypto'
import { request } from 'undici'

const HANDSHAKE_TIMEOUT_MS = 5_000
/** A challenge has far fewer characters. */
const ANSWER_BYTES_MAX = 1_024

/**
 * Asks a URL to repeat a challenge, as before it is accepted. Undefined when it did; otherwise what
 * was wrong, in Meta's words for it.
 *
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
export async function verifyUrl(url: string, verifyToken: string): Promise<string | undefined> {
  const challenge = String(randomInt(1_000_000_000, 2_000_000_000))
  const asked = new URL(url)
  asked.searchParams.set('hub.mode', 'subscribe')
  asked.searchParams.set('hub.challenge', challenge)
  asked.searchParams.set('hub.verify_token', verifyToken)
  try {
    const { body, statusCode } = await request(asked, {
      signal: AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS),
    })
    const answer = await readStart(body)
    if (statusCode !== 200) return `HTTP Status Code = ${statusCode}`
    return answer.trim() === challenge ? undefined : 'the challenge was not repeated'
  } catch (error) {
    const isSlow = error instanceof Error && error.name === 'TimeoutError'
    return isSlow ? 'Operation timed out; HTTP Status Code = 0' : 'HTTP Status Code = 0'
  }
}

async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const chunk of body) {
    text += chunk.toString('utf8')
    if (text.length > ANSWER_BYTES_MAX) break
  }
  return text
}

/** A webhook must be HTTPS; plain HTTP is taken only on this machine, where nobody listens in. */
export function isAcceptableUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { hostname, protocol } = new URL(text)
  if (protocol === 'https:') return true
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}
