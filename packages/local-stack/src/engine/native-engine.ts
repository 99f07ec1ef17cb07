import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const CHDB_VERSION = '3.4.0'
const ALWAYS = ['async_insert=0']

export interface EngineRequest {
  readonly sql: Uint8Array
  /** Data of an INSERT, separate from its text; the pieces are joined unchanged. */
  readonly data?: Uint8Array
  readonly isInsert: boolean
  readonly database: string
  readonly defaultFormat: string
  /** Of the user, instead of all that the user has. */
  readonly role: string
  readonly settings: ReadonlyMap<string, string>
  /** Values of {name:Type}, escaped as on the wire (tab-separated). */
  readonly parameters: ReadonlyMap<string, string>
}

export interface EngineResult {
  readonly bytes: Uint8Array
  readonly resultRows: number
  readonly writtenRows: number
  readonly writtenBytes: number
  readonly elapsedSeconds: number
}

/**
 * The embedded ClickHouse. A process can open only one folder; errors carry ClickHouse's own text.
 */
export interface Engine {
  run(request: EngineRequest): Promise<EngineResult>
  /** Waits for running queries, then releases the folder. */
  close(): Promise<void>
}

interface Connection {
  readonly kind: 'opaque handle of the addon'
}

interface NativeQueryResult {
  readonly bytes: Uint8Array
  readonly elapsed: number
  readonly rowsRead: number
}

interface NativeInsertResult {
  readonly elapsed: number
  readonly rowsWritten: number
  readonly bytesWritten: number
}

interface NativeAddon {
  CreateConnection(path: string, options?: readonly string[]): Connection
  CloseConnection(connection: Connection): void
  QueryAsyncConnection(
    connection: Connection,
    sql: string,
    format: string,
  ): Promise<NativeQueryResult>
  InsertRawAsyncConnection(
    connection: Connection,
    prefix: string,
    data: Uint8Array,
    countLines: boolean,
  ): Promise<NativeInsertResult>
}

/**
 * Opens the folder. Each request gets a connection of its own (0.2 ms), so that settings,
 * parameters, the role and the current database end with it, as they do on a server. Every request
 * comes from the user `default`, who may do everything unless the configuration says otherwise.
 */
export function openEngine(directory: string, configurationFile?: string): Engine {
  const addon = loadAddon()
  const options = configurationFile === undefined ? [] : [`--config-file=${configurationFile}`]
  const keeper = addon.CreateConnection(directory, options)
  const running = new Set<Promise<unknown>>()

  async function runAlone(request: EngineRequest): Promise<EngineResult> {
    const connection = addon.CreateConnection(directory, options)
    try {
      await addon.QueryAsyncConnection(connection, sessionSql(request), 'Null')
      return await (request.isInsert
        ? insert(addon, connection, request)
        : query(addon, connection, request))
    } finally {
      addon.CloseConnection(connection)
    }
  }

  function run(request: EngineRequest): Promise<EngineResult> {
    const result = runAlone(request)
    const settled = result.then(
      () => undefined,
      () => undefined,
    )
    running.add(settled)
    void settled.then(() => running.delete(settled))
    return result
  }

  async function close(): Promise<void> {
    await Promise.all(running)
    addon.CloseConnection(keeper)
  }

  return { run, close }
}

async function query(
  addon: NativeAddon,
  connection: Connection,
  request: EngineRequest,
): Promise<EngineResult> {
  const sql = Buffer.from(request.sql).toString('utf8')
  const result = await addon.QueryAsyncConnection(connection, sql, request.defaultFormat)
  return {
    bytes: result.bytes,
    resultRows: result.rowsRead,
    writtenRows: 0,
    writtenBytes: 0,
    elapsedSeconds: result.elapsed,
  }
}

/** Bytes go to the engine unchanged: there is no text conversion, and zero bytes are kept. */
async function insert(
  addon: NativeAddon,
  connection: Connection,
  request: EngineRequest,
): Promise<EngineResult> {
  const { sql, data } = request
  const result = data
    ? await addon.InsertRawAsyncConnection(
        connection,
        Buffer.from(sql).toString('utf8'),
        data,
        false,
      )
    : await addon.InsertRawAsyncConnection(connection, '', sql, false)
  return {
    bytes: new Uint8Array(0),
    resultRows: 0,
    writtenRows: result.rowsWritten,
    writtenBytes: result.bytesWritten,
    elapsedSeconds: result.elapsed,
  }
}

function sessionSql(request: EngineRequest): string {
  const assignments = [
    ...[...request.settings].map(([name, value]) => `${name}=${quoted(value)}`),
    ...[...request.parameters].map(([name, value]) => `param_${name}=${quoted(value)}`),
    // Last, so that it wins: an asynchronous insert never returns in the embedded engine.
    ...ALWAYS,
  ]
  const role = request.role === '' ? '' : `SET ROLE ${named(request.role)}; `
  const use = request.database === '' ? '' : `USE ${named(request.database)}; `
  return `${role}${use}SET ${assignments.join(', ')}`
}

function named(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

function quoted(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/**
 * chdb's public classes turn insert bodies into text and take few formats, so its addon is used
 * directly. The addon is not a public interface, so the version is checked.
 */
function loadAddon(): NativeAddon {
  const require = createRequire(import.meta.url)
  const manifest = require.resolve('chdb/package.json')
  const { version }: { version: unknown } = require(manifest)
  if (version !== CHDB_VERSION) {
    throw new Error(`chdb is ${String(version)}; this was written for ${CHDB_VERSION}`)
  }
  const loader: { loadNative(): NativeAddon } = require(join(dirname(manifest), 'dist/loader.js'))
  return loader.loadNative()
}
