import { type IncomingMessage } from 'node:http'

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])
/** A browser names itself by at least one of these; clients of databases send neither. */
const SAID_BY_BROWSERS = ['origin', 'sec-fetch-site'] as const

/**
 * Why a request to a server without passwords on this machine is not for it; undefined where it is.
 * A page that somebody looks at here can send requests to 127.0.0.1, and read the answers once its
 * own name leads here (DNS rebinding): the first kind has an origin, the second a foreign host.
 */
export function refusalOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  if (SAID_BY_BROWSERS.some((name) => headers[name] !== undefined)) return 'pages may not ask'
  const { host = '' } = headers
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return LOOPBACK_NAMES.has(name) ? undefined : 'this host is not served here'
}
