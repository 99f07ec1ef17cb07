import { type StackAddresses } from '@wabastream/local-stack'

/** What refused, and what to look at; printed unchanged. */
export class ServerError extends Error {
  /** The code of the cause, which says whether waiting may help. */
  readonly code: string

  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'ServerError'
    this.code = codeOf(cause) ?? 'server_refused'
  }
}

export type ServerName = 'Kafka' | 'schema registry' | 'ClickHouse'

const settings = {
  Kafka: 'KAFKA_BROKERS',
  'schema registry': 'SCHEMA_REGISTRY_URL',
  ClickHouse: 'CLICKHOUSE_URL',
} as const satisfies Record<ServerName, string>

const AWAY =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ECONNRESET|socket hang up|timed? ?out|connection|fetch failed/i
const UNTRUSTED = /certificate|SSL|TLS|CERT_/i
const DENIED = /SASL|\b40[13]\b|AUTHENTICATION|AUTHORIZATION|denied|credentials/i

/** Runs the work; its errors name the server, the setting that leads to it, and what to do. */
export async function naming<T>(
  server: ServerName,
  addresses: StackAddresses,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ServerError) throw error
    const setting = settings[server]
    const from = process.env[setting] === undefined ? '' : ` (${setting})`
    const text = textOf(error)
    const said = error instanceof Error ? error.message : String(error)
    throw new ServerError(
      `${server} at ${whereOf(server, addresses)}${from} refused: ${said}${adviceFor(text, setting)}`,
      error,
    )
  }
}

/** The messages of all that refused, as one error; a single one unchanged. */
export function gather(reasons: readonly unknown[]): unknown {
  const [first, ...others] = reasons
  if (others.length === 0) return first
  const messages = reasons.map((reason) =>
    reason instanceof Error ? reason.message : String(reason),
  )
  return new ServerError(messages.join('\n'), first)
}

function adviceFor(text: string, setting: string): string {
  if (UNTRUSTED.test(text)) return `\nCheck TLS, the certificate and its authority, and ${setting}.`
  if (DENIED.test(text)) return `\nCheck user, password and rights, and ${setting}.`
  if (AWAY.test(text))
    return `\nDoes it run, and can it be reached from here? If not, set ${setting}.`
  return ''
}

/** Only host and port, because an address may hold a password. */
function whereOf(server: ServerName, addresses: StackAddresses): string {
  const { brokers, clickhouseUrl, schemaRegistryUrl } = addresses
  if (server === 'Kafka') return brokers.join(',')
  return new URL(server === 'ClickHouse' ? clickhouseUrl : schemaRegistryUrl).host
}

function textOf(error: unknown): string {
  const parts: string[] = []
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    parts.push(cause.message, codeOf(cause) ?? '')
    cause = cause.cause
  }
  return parts.join(' ')
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}
