import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { constants, gzip, zstdCompress } from 'node:zlib'
import { ClickHouseLogLevel, type ClickHouseSettings, createClient } from '@clickhouse/client'
import { parseServerAddress } from '@wabastream/contracts'
import { createTurns } from '../replication/inserts-in-turn.ts'
import {
  CONSISTENT_READ,
  forCluster,
  insertSettings,
  type Replication,
  statementSettings,
} from '../replication/replication.ts'
import { type StatementTarget, toSafeError } from './clickhouse-error.ts'

export type Compression = 'zstd' | 'gzip' | 'none'

export interface ClickHouseOptions {
  /** May hold user and password; those given beside it win. */
  readonly url: string
  readonly username?: string
  readonly password?: string
  /** Of the bodies of inserts. */
  readonly compression?: Compression
  readonly requestTimeoutMs?: number
  readonly connectionsMax?: number
  /** For a server of a cluster; without it, it is the only one. */
  readonly replication?: Replication | undefined
}

export interface InsertTarget {
  readonly database: string
  readonly table: string
  readonly columns: readonly string[]
}

/**
 * The few calls of ClickHouse that we need. They throw a ClickHouseError if the server refuses,
 * or else the error of the network; neither quotes rows or queries.
 */
export interface ClickHouse {
  /** Rows of a SELECT without FORMAT; `{name:Type}` in the text is filled from `params`. */
  query<T>(sql: string, params?: Readonly<Record<string, unknown>>): Promise<readonly T[]>
  /** A statement without rows. */
  command(sql: string): Promise<void>
  /**
   * One insert, which is in the table when it resolves: rows as `encodeRow` writes them, one per
   * line.
   */
  insert(target: InsertTarget, lines: readonly Uint8Array[]): Promise<void>
  close(): Promise<void>
}

const REQUEST_TIMEOUT_MS = 30_000
const CONNECTIONS_MAX = 16
// Below this, starting the compressor costs more than sending the bytes.
const COMPRESSED_BYTES_MIN = 65_536

// Servers differ in their defaults, so each insert sets everything that decides about a row.
const INSERT_SETTINGS = {
  async_insert: 0,
  insert_deduplicate: 0,
  // A provider's times may be of any week, and a batch that is refused for them waits for ever.
  max_partitions_per_insert_block: '0',
  input_format_null_as_default: 0,
  input_format_parallel_parsing: 0,
} as const

// Look-ups name keys in their text, and a key may be as long as a webhook.
const QUERY_SETTINGS = {
  output_format_json_quote_64bit_integers: 0,
  max_query_size: '16777216',
} as const

const INSERTED_TABLE = /^\s*INSERT INTO \w+\.(\w+)/

export function createClickHouse(options: ClickHouseOptions): ClickHouse {
  const { replication } = options
  const single = createSingle(options, {
    query: replication && CONSISTENT_READ,
    command: replication && ((sql) => statementSettings(replication, sql)),
    insert: replication && insertSettings(replication),
  })
  if (replication === undefined) return single
  const inTurn = createTurns()
  return {
    ...single,
    async command(sql) {
      const statement = await forCluster(single, sql)
      if (statement === undefined) return
      const table = INSERTED_TABLE.exec(statement)?.[1]
      await (table === undefined
        ? single.command(statement)
        : inTurn(table, () => single.command(statement)))
    },
    insert: (target, lines) => inTurn(target.table, () => single.insert(target, lines)),
  }
}

function createSingle(
  options: ClickHouseOptions,
  settings: {
    readonly query: ClickHouseSettings | undefined
    readonly command: ((sql: string) => ClickHouseSettings) | undefined
    readonly insert: ClickHouseSettings | undefined
  },
): ClickHouse {
  const { compression = 'zstd', requestTimeoutMs, connectionsMax } = options
  const client = createClient({
    ...toAddress(options),
    application: 'wabastream',
    request_timeout: requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    max_open_connections: connectionsMax ?? CONNECTIONS_MAX,
    log: { level: ClickHouseLogLevel.OFF },
  })
  return {
    async query<T>(sql: string, params: Readonly<Record<string, unknown>> = {}) {
      return withSafeErrors(async () => {
        const result = await client.query({
          query: sql,
          query_params: params,
          format: 'JSONEachRow',
          clickhouse_settings: { ...QUERY_SETTINGS, ...settings.query },
        })
        return await result.json<T>()
      })
    },
    async command(sql) {
      const given = settings.command?.(sql)
      await withSafeErrors(() =>
        client.command({ query: sql, ...(given && { clickhouse_settings: given }) }),
      )
    },
    async insert({ database, table, columns }, lines) {
      const { body, headers } = await toBody(lines, compression)
      await withSafeErrors(
        async () => {
          const { stream } = await client.exec({
            query: `INSERT INTO ${database}.${table} (${columns.join(', ')}) FORMAT JSONCompactEachRow`,
            values: Readable.from(body, { objectMode: false }),
            http_headers: headers,
            clickhouse_settings: { ...INSERT_SETTINGS, ...settings.insert },
          })
          await drain(stream)
        },
        { table, columns },
      )
    },
    close: () => client.close(),
  }
}

async function withSafeErrors<T>(ask: () => Promise<T>, target?: StatementTarget): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw toSafeError(error, target)
  }
}

const compressors = {
  gzip: promisify((data: Uint8Array, done: (error: Error | null, result: Buffer) => void) => {
    gzip(data, { level: 1 }, done)
  }),
  zstd: promisify((data: Uint8Array, done: (error: Error | null, result: Buffer) => void) => {
    zstdCompress(data, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }, done)
  }),
}

/** In one piece: the client's own compression makes a stream per insert, at milliseconds each. */
async function toBody(
  lines: readonly Uint8Array[],
  compression: Compression,
): Promise<{
  readonly body: readonly Uint8Array[]
  readonly headers: Record<string, string>
}> {
  const byteCount = lines.reduce((sum, piece) => sum + piece.length, 0)
  if (compression === 'none' || byteCount < COMPRESSED_BYTES_MIN) {
    return { body: lines, headers: {} }
  }
  const body = await compressors[compression](Buffer.concat(lines, byteCount))
  return { body: [body], headers: { 'Content-Encoding': compression } }
}

/** The answer of an insert is empty, but its socket is free only once it was read. */
async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) continue
}

function toAddress({ url, username, password }: ClickHouseOptions): {
  readonly url: string
  readonly username: string
  readonly password: string
} {
  const address = parseServerAddress(url)
  const user = username ?? address.username
  return {
    url: address.url,
    username: user === '' ? 'default' : user,
    password: password ?? address.password,
  }
}
