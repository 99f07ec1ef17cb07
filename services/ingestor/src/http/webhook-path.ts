const PREFIX = '/webhooks/'
const TOKEN_PARAMETER = 'token'

export interface WebhookPath {
  readonly channel: string
  /** From `/webhooks/<channel>/<token>` or `?token=<token>`; the path wins. */
  readonly token: string | null
}

/** Parses the address of a request; null if it is not an address of webhooks. */
export function parseWebhookPath(url: string): WebhookPath | null {
  if (!url.startsWith(PREFIX)) return null
  const queryStart = url.indexOf('?')
  const path = queryStart === -1 ? url : url.slice(0, queryStart)
  const tokenStart = path.indexOf('/', PREFIX.length)
  if (tokenStart === -1) {
    const token = queryStart === -1 ? null : readQuery(url, queryStart).get(TOKEN_PARAMETER)
    return toWebhookPath(path.slice(PREFIX.length), token)
  }
  const pathToken = decode(path.slice(tokenStart + 1))
  if (pathToken === null || pathToken === '' || pathToken.includes('/')) return null
  return toWebhookPath(path.slice(PREFIX.length, tokenStart), pathToken)
}

/** The parameters after the question mark, unchanged: `hub.mode` is a name like any other. */
export function parseQuery(url: string): URLSearchParams {
  const start = url.indexOf('?')
  return start === -1 ? new URLSearchParams() : readQuery(url, start)
}

function readQuery(url: string, start: number): URLSearchParams {
  return new URLSearchParams(url.slice(start + 1))
}

function toWebhookPath(encodedChannel: string, token: string | null): WebhookPath | null {
  const channel = decode(encodedChannel)
  return channel === null || channel === '' ? null : { channel, token }
}

function decode(text: string): string | null {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
