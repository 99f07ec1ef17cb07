import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { NO_DATA_TO_INSERT, toExceptionAnswer } from './exceptions.ts'
import { refusalOf } from './loopback-only.ts'
import { type Engine, type EngineResult } from './native-engine.ts'
import { type ParsedRequest, readRequest } from './request.ts'

/** Longer than clients keep an idle socket, so that they never write into one we just closed. */
const KEEP_ALIVE_MS = 60_000
/**
 * The length that a server allows for an address (`http_max_uri_size`), which holds the parameters
 * of queries.
 */
const HEAD_BYTES_MAX = 1024 * 1024
const GZIP_LEVEL = 1
const OK_PATHS = new Set(['/ping', '/replicas_status'])
const compress = promisify(gzip)

const contentTypes = new Map([
  ['JSON', 'application/json; charset=UTF-8'],
  ['JSONCompact', 'application/json; charset=UTF-8'],
  ['JSONEachRow', 'application/x-ndjson; charset=UTF-8'],
  ['JSONCompactEachRow', 'application/x-ndjson; charset=UTF-8'],
  ['CSV', 'text/csv; charset=UTF-8; header=absent'],
  ['CSVWithNames', 'text/csv; charset=UTF-8; header=present'],
  ['TabSeparated', 'text/tab-separated-values; charset=UTF-8'],
  ['RowBinary', 'application/octet-stream'],
  ['Native', 'application/octet-stream'],
  ['Parquet', 'application/octet-stream'],
])

/** ClickHouse's HTTP interface, as far as clients need it, in front of the embedded engine. */
export function createHttpInterface(engine: Engine): Server {
  const server = createServer({ maxHeaderSize: HEAD_BYTES_MAX }, (request, response) => {
    void answer(engine, request, response)
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.requestTimeout = 0
  return server
}

async function answer(
  engine: Engine,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = refusalOf(request)
  if (refusal !== undefined) {
    request.resume()
    response.writeHead(403, { 'content-type': 'text/plain; charset=UTF-8' }).end(`${refusal}\n`)
    return
  }
  try {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (isProbe(request, url)) {
      request.resume()
      response.end('Ok.\n')
      return
    }
    const parsed = await readRequest(request, url)
    const result = await runTolerantly(engine, parsed)
    await sendResult(response, parsed, result, acceptsGzip(request))
  } catch (error) {
    sendException(response, error)
  }
}

function isProbe(request: IncomingMessage, url: URL): boolean {
  const hasQuery = request.method === 'POST' || url.searchParams.has('query')
  return OK_PATHS.has(url.pathname) || (url.pathname === '/' && !hasQuery)
}

/** An insert without rows succeeds, as on a server. */
async function runTolerantly(engine: Engine, parsed: ParsedRequest): Promise<EngineResult> {
  try {
    return await engine.run(parsed.engineRequest)
  } catch (error) {
    if (!parsed.engineRequest.isInsert) throw error
    if (toExceptionAnswer(error).code !== NO_DATA_TO_INSERT) throw error
    const bytes = new Uint8Array(0)
    return { bytes, resultRows: 0, writtenRows: 0, writtenBytes: 0, elapsedSeconds: 0 }
  }
}

async function sendResult(
  response: ServerResponse,
  parsed: ParsedRequest,
  result: EngineResult,
  canGzip: boolean,
): Promise<void> {
  response.statusCode = 200
  response.setHeader('X-ClickHouse-Query-Id', parsed.queryId ?? randomUUID())
  response.setHeader('X-ClickHouse-Summary', toSummary(result))
  response.setHeader('X-ClickHouse-Format', parsed.format)
  response.setHeader('X-ClickHouse-Timezone', 'UTC')
  response.setHeader('Content-Type', contentTypes.get(parsed.format) ?? 'text/plain; charset=UTF-8')
  if (parsed.wantsCompression && canGzip && result.bytes.length > 0) {
    response.setHeader('Content-Encoding', 'gzip')
    response.end(await compress(result.bytes, { level: GZIP_LEVEL }))
    return
  }
  response.end(result.bytes)
}

function sendException(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { status, code, text } = toExceptionAnswer(error)
  response.statusCode = status
  response.setHeader('X-ClickHouse-Exception-Code', String(code))
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8')
  response.end(`${text}\n`)
}

function toSummary(result: EngineResult): string {
  return JSON.stringify({
    read_rows: String(result.writtenRows),
    read_bytes: String(result.writtenBytes),
    written_rows: String(result.writtenRows),
    written_bytes: String(result.writtenBytes),
    total_rows_to_read: '0',
    result_rows: String(result.resultRows),
    result_bytes: String(result.bytes.length),
    elapsed_ns: String(Math.round(result.elapsedSeconds * 1e9)),
  })
}

function acceptsGzip(request: IncomingMessage): boolean {
  return (request.headers['accept-encoding'] ?? '').includes('gzip')
}
