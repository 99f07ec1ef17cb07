import { isUtf8 } from 'node:buffer'
import { type IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'
import { toException } from './exceptions.ts'
import { type EngineRequest } from './native-engine.ts'
import { hasSeveralStatements, isInsert, namedFormat } from './sql-text.ts'

const BODY_BYTES_MAX = 512 * 1024 * 1024
const HEAD_CHARACTERS = 4096

/** Parameters of the interface itself; every other one is a setting. */
const RESERVED = new Set([
  'query',
  'database',
  'default_format',
  'user',
  'password',
  'quota_key',
  'role',
  'query_id',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'compress',
  'decompress',
  'enable_http_compression',
  'buffer_size',
  'wait_end_of_query',
  'stacktrace',
])

const decompressors = new Map<string, (body: Buffer) => Promise<Buffer>>([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
])

export interface ParsedRequest {
  readonly engineRequest: EngineRequest
  readonly format: string
  readonly queryId: string | undefined
  readonly wantsCompression: boolean
}

/**
 * Reads one HTTP request for the engine. Throws ClickHouse-style exceptions for what a server would
 * refuse.
 */
export async function readRequest(request: IncomingMessage, url: URL): Promise<ParsedRequest> {
  const body = await decompressed(request, await readBody(request))
  const parameters = url.searchParams
  refuseUnsupported(parameters)
  const query = parameters.get('query') ?? ''
  const head = query === '' ? body.subarray(0, HEAD_CHARACTERS).toString('latin1') : query
  const insert = isInsert(head)
  const statement = insert ? insertStatement(query, body) : queryStatement(query, body)
  const text = insert ? head : Buffer.from(statement.sql).toString('utf8')
  const defaultFormat =
    parameters.get('default_format') ?? header(request, 'x-clickhouse-format') ?? 'TabSeparated'
  return {
    engineRequest: {
      ...statement,
      isInsert: insert,
      database: parameters.get('database') ?? header(request, 'x-clickhouse-database') ?? '',
      defaultFormat,
      role: parameters.get('role') ?? '',
      settings: readSettings(parameters, request.method === 'GET'),
      parameters: readQueryParameters(parameters),
    },
    format: namedFormat(text) ?? defaultFormat,
    queryId: parameters.get('query_id') ?? undefined,
    wantsCompression: isOn(parameters.get('enable_http_compression')),
  }
}

function insertStatement(query: string, body: Buffer): Pick<EngineRequest, 'sql' | 'data'> {
  if (query === '') return { sql: body }
  return body.length === 0 ? { sql: Buffer.from(query) } : { sql: Buffer.from(query), data: body }
}

function queryStatement(query: string, body: Buffer): Pick<EngineRequest, 'sql'> {
  if (!isUtf8(body)) throw toException(62, 'SYNTAX_ERROR', 'The text of a query must be UTF-8.')
  const sql = query + body.toString('utf8')
  if (hasSeveralStatements(sql)) {
    throw toException(62, 'SYNTAX_ERROR', 'Multi-statements are not allowed.')
  }
  return { sql: Buffer.from(sql) }
}

function refuseUnsupported(parameters: URLSearchParams): void {
  for (const name of ['session_id', 'compress', 'decompress']) {
    const value = parameters.get(name)
    if (value !== null && value !== '' && value !== '0') {
      throw toException(48, 'NOT_IMPLEMENTED', `The local ClickHouse does not know '${name}'.`)
    }
  }
}

function readSettings(parameters: URLSearchParams, isReadOnly: boolean): Map<string, string> {
  const settings = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (RESERVED.has(name) || name.startsWith('param_')) continue
    if (!/^\w+$/.test(name)) throw toException(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`)
    settings.set(name, value)
  }
  // As on a server, a request that anyone may repeat must not write.
  if (isReadOnly) settings.set('readonly', '2')
  return settings
}

function readQueryParameters(parameters: URLSearchParams): Map<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of parameters) {
    const match = /^param_(\w+)$/.exec(name)
    if (match?.[1] !== undefined) values.set(match[1], value)
  }
  return values
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) {
      throw toException(307, 'TOO_MANY_BYTES', `The body exceeds ${BODY_BYTES_MAX} bytes.`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function decompressed(request: IncomingMessage, body: Buffer): Promise<Buffer> {
  const encoding = header(request, 'content-encoding')
  if (encoding === undefined || encoding === '' || encoding === 'identity') return body
  const decompress = decompressors.get(encoding)
  if (!decompress) {
    throw toException(89, 'UNKNOWN_COMPRESSION_METHOD', `Unknown Content-Encoding '${encoding}'`)
  }
  return decompress(body).catch((error: unknown) => {
    throw toException(354, 'ZLIB_INFLATE_FAILED', `The body is not ${encoding}: ${String(error)}`)
  })
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

function isOn(value: string | null): boolean {
  return value === '1' || value === 'true'
}
