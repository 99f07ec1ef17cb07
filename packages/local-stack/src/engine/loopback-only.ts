import { type IncomingMessage } from 'node:http'

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])
/** A browser sends at least one of these; database clients send neither. */
const SAID_BY_BROWSERS = ['origin', 'sec-fetch-site'] as const

/**
 * Why a server without passwords on this machine must refuse a request; undefined if it may answer.
 * A web page that is open on this machine can send requests to 127.0.0.1, and can read the answers
 * once its own name leads here (DNS rebinding): the first kind has an origin, the second a foreign
 * host.
 */
export function refusalOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  if (SAID_BY_BROWSERS.some((name) => headers[name] !== undefined)) return 'pages may not ask'
  const { host = '' } = headers
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return LOOPBACK_NAMES.has(name) ? undefined : 'this host is not served here'
}
