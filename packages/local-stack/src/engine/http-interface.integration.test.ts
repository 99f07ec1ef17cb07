import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startClickHouseEngine } from '../clickhouse-engine.ts'
import { type GuardedProcess } from '../process/guarded-process.ts'
import { findFreePort } from '../ports.ts'

const directory = mkdtempSync(join(tmpdir(), 'wabastream-engine-'))
let engine: GuardedProcess
let url: string
let client: ClickHouseClient

async function start(): Promise<void> {
  const port = await findFreePort()
  engine = await startClickHouseEngine({ directory, port })
  url = `http://127.0.0.1:${port}`
  client = createClient({ url, log: { level: ClickHouseLogLevel.OFF } })
}

async function rowsOf(query: string, options = {}): Promise<unknown[]> {
  const result = await client.query({ query, format: 'JSONEachRow', ...options })
  return result.json()
}

function post(
  query: string,
  body: Uint8Array<ArrayBuffer> | string,
  headers = {},
): Promise<Response> {
  return fetch(`${url}/?query=${encodeURIComponent(query)}`, { method: 'POST', body, headers })
}

beforeAll(async () => {
  await start()
  await client.command({ query: 'CREATE DATABASE lab' })
  await client.command({
    query: 'CREATE TABLE lab.t (n UInt64, s String) ENGINE = MergeTree ORDER BY n',
  })
})

afterAll(async () => {
  await client.close()
  await engine.stop()
  rmSync(directory, { recursive: true, force: true })
})

describe('queries through @clickhouse/client', () => {
  it('answers a ping', async () => {
    expect(await client.ping()).toEqual({ success: true })
  })

  it('binds parameters of many types', async () => {
    const text = "tab\t quote' backslash\\ newline\n zero\0 emoji 🙏"
    const rows = await rowsOf(
      'SELECT {s:String} AS s, {a:Array(UInt32)} AS a, {d:DateTime64(3)} AS d, {n:Nullable(String)} AS n',
      { query_params: { s: text, a: [1, 2], d: new Date(1_700_000_000_123), n: null } },
    )
    expect(rows).toEqual([{ s: text, a: [1, 2], d: '2023-11-14 22:13:20.123', n: null }])
  })

  it("takes parameters that are longer than Node's limit for the head of a request", async () => {
    const ids = Array.from({ length: 2_000 }, (_, n) => `wamid.${'x'.repeat(60)}${n}`)
    expect(
      await rowsOf('SELECT toUInt32(length({ids:Array(String)})) AS n', { query_params: { ids } }),
    ).toEqual([{ n: ids.length }])
  })

  it('keeps parameters of queries that run at once apart', async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => index)
    const answers = await Promise.all(
      numbers.map((n) => rowsOf('SELECT {n:UInt32} AS n', { query_params: { n } })),
    )
    expect(answers).toEqual(numbers.map((n) => [{ n }]))
  })

  it('forgets settings after the query', async () => {
    const query = "SELECT toUInt32(getSetting('max_block_size')) AS size"
    const [before] = await rowsOf(query)
    expect(await rowsOf(query, { clickhouse_settings: { max_block_size: '77' } })).toEqual([
      { size: 77 },
    ])
    expect(await rowsOf(query)).toEqual([before])
  })

  it('forgets the database after the query', async () => {
    const lab = createClient({ url, database: 'lab' })
    const result = await lab.query({
      query: 'SELECT currentDatabase() AS d',
      format: 'JSONEachRow',
    })
    expect(await result.json()).toEqual([{ d: 'lab' }])
    expect(await rowsOf('SELECT currentDatabase() AS d')).toEqual([{ d: 'default' }])
    await lab.close()
  })

  it('compresses large answers when asked', async () => {
    const zipped = createClient({ url, compression: { request: true, response: true } })
    const result = await zipped.query({
      query: 'SELECT number, toString(number) AS s FROM numbers(100000)',
      format: 'JSONCompactEachRow',
    })
    const rows = await result.json<[number, string]>()
    expect(rows).toHaveLength(100_000)
    expect(rows.at(-1)).toEqual([99_999, '99999'])
    await zipped.close()
  })

  it('streams an answer to the client row by row', async () => {
    const result = await client.query({
      query: 'SELECT number AS n FROM numbers(5000)',
      format: 'JSONEachRow',
    })
    let count = 0
    for await (const rows of result.stream()) count += rows.length
    expect(count).toBe(5000)
  })
})

describe('inserts through @clickhouse/client', () => {
  it('takes tens of thousands of rows, compressed, and counts them', async () => {
    const zipped = createClient({ url, compression: { request: true, response: true } })
    const values = Array.from({ length: 50_000 }, (_, n) => [n, `row ${n}`])
    const { summary } = await zipped.insert({
      table: 'lab.t',
      values,
      format: 'JSONCompactEachRow',
      clickhouse_settings: { async_insert: 1, wait_for_async_insert: 1 },
    })
    expect(summary?.written_rows).toBe('50000')
    expect(await rowsOf('SELECT toUInt32(count()) AS c FROM lab.t')).toEqual([{ c: 50_000 }])
    await zipped.close()
  })

  it('takes objects and chosen columns', async () => {
    await client.insert({
      table: 'lab.t',
      values: [{ s: 'only s' }],
      columns: ['s'],
      format: 'JSONEachRow',
    })
    expect(await rowsOf("SELECT toUInt32(n) AS n FROM lab.t WHERE s = 'only s'")).toEqual([
      { n: 0 },
    ])
  })

  it('takes an insert without rows', async () => {
    const response = await post('INSERT INTO lab.t FORMAT JSONEachRow', '')
    expect(response.status).toBe(200)
  })

  it('reports INSERT … SELECT in the summary', async () => {
    const { summary } = await client.command({
      query: 'INSERT INTO lab.t SELECT number + {from:UInt32}, toString(number) FROM numbers(7)',
      query_params: { from: 900_000 },
    })
    expect(summary?.written_rows).toBe('7')
  })

  it('keeps bytes that are not text, including zero bytes', async () => {
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x0a, 0x41])
    const row = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, bytes.length]), bytes])
    await client.command({ query: 'CREATE TABLE lab.b AS lab.t ENGINE = MergeTree ORDER BY n' })
    const response = await post('INSERT INTO lab.b FORMAT RowBinary', new Uint8Array(row))
    expect(await response.text()).toBe('')
    expect(await rowsOf('SELECT hex(s) AS h FROM lab.b')).toEqual([{ h: '00FFFE0A41' }])
    const back = await fetch(
      `${url}/?query=${encodeURIComponent('SELECT s FROM lab.b FORMAT RowBinary')}`,
    )
    expect(Buffer.from(await back.arrayBuffer())).toEqual(Buffer.concat([Buffer.from([5]), bytes]))
  })

  it('keeps a zero byte that JSON escapes', async () => {
    await client.insert({
      table: 'lab.t',
      values: [{ n: 5_000_000, s: 'a\0b' }],
      format: 'JSONEachRow',
    })
    const rows = await rowsOf('SELECT s FROM lab.t WHERE n = 5000000')
    expect(rows).toEqual([{ s: 'a\0b' }])
  })
})

describe('errors', () => {
  it('have ClickHouse codes and types in the client', async () => {
    await expect(rowsOf('SELECT * FROM lab.absent')).rejects.toMatchObject({
      code: '60',
      type: 'UNKNOWN_TABLE',
    })
    await expect(rowsOf('SELEC 1')).rejects.toMatchObject({ code: '62', type: 'SYNTAX_ERROR' })
    await expect(
      rowsOf('SELECT 1', { clickhouse_settings: { no_such_setting: 1 } }),
    ).rejects.toMatchObject({ code: '115', type: 'UNKNOWN_SETTING' })
  })

  it('name the bad row of an insert, none of which is stored', async () => {
    const rows = '[6000000,"good"]\n["not a number","bad"]\n[6000001,"good"]\n'
    const response = await post('INSERT INTO lab.t FORMAT JSONCompactEachRow', rows)
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('at row 2'),
    ])
    expect(await rowsOf('SELECT n FROM lab.t WHERE n IN (6000000, 6000001)')).toEqual([])
  })

  it('carry the code in a header and a status that is not a success', async () => {
    const response = await post('SELECT throwIf(1)', '')
    expect([response.status, response.headers.get('x-clickhouse-exception-code')]).toEqual([
      500,
      '395',
    ])
    expect(await response.text()).toMatch(/^Code: 395\. DB::Exception: /)
  })

  it('refuse several statements, writes by GET, sessions and broken compression', async () => {
    const insert = encodeURIComponent("INSERT INTO lab.t VALUES (1, 'x')")
    const outcomes = await Promise.all([
      post('SELECT 1; SELECT 2', ''),
      fetch(`${url}/?query=${insert}`),
      fetch(`${url}/?session_id=a&query=SELECT+1`),
      post('INSERT INTO lab.t FORMAT CSV', 'not gzip', { 'content-encoding': 'gzip' }),
    ])
    const codes = outcomes.map((response) => response.headers.get('x-clickhouse-exception-code'))
    expect(codes).toEqual(['62', '164', '48', '354'])
  })

  it('do not harm the next query', async () => {
    await expect(rowsOf('SELEC 1')).rejects.toThrow('Syntax error')
    expect(await rowsOf('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})

describe('plain HTTP', () => {
  it('takes query and data in one body, compressed or not', async () => {
    const body = Buffer.from('INSERT INTO lab.t FORMAT JSONEachRow\n{"n":7000000,"s":"é"}\n')
    const headers = { 'content-encoding': 'gzip' }
    const plain = await fetch(url, { method: 'POST', body: new Uint8Array(body) })
    const zipped = await fetch(url, {
      method: 'POST',
      body: new Uint8Array(gzipSync(body)),
      headers,
    })
    expect([plain.status, zipped.status]).toEqual([200, 200])
    expect(await rowsOf('SELECT s FROM lab.t WHERE n = 7000000')).toEqual([{ s: 'é' }, { s: 'é' }])
  })

  it('answers a request that it cannot read, and lives on', async () => {
    const response = await fetch(`${url}//[`)
    expect(response.status).toBe(500)
    expect(await client.ping()).toEqual({ success: true })
  })

  it('has tab-separated rows by default', async () => {
    const plain = await fetch(`${url}/?query=SELECT+1,2`)
    const csv = await fetch(`${url}/?query=SELECT+1,2&default_format=CSV`)
    expect([await plain.text(), await csv.text()]).toEqual(['1\t2\n', '1,2\n'])
  })
})

describe('restart', () => {
  it('keeps what was written', async () => {
    const query = 'SELECT toUInt32(count()) AS c FROM lab.t'
    const before = await rowsOf(query)
    await client.close()
    await engine.stop()
    await start()
    expect(await rowsOf(query)).toEqual(before)
  })
})

describe('what a page in a browser can send', () => {
  const send = (headers: Record<string, string>, path = '/?query=SELECT+42'): Promise<string> =>
    new Promise((resolve, reject) => {
      const options = { method: 'POST', headers }
      request(new URL(path, url), options, (response) => {
        void text(response).then((body) => resolve(`${response.statusCode} ${body.trim()}`))
      })
        .once('error', reject)
        .end()
    })

  it.each([
    [{ origin: 'https://example.com' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ host: 'example.com' }],
    [{ host: 'example.com:8123' }],
    [{ host: '127.0.0.1.example.com' }],
    [{ host: '192.0.2.1' }],
    [{ host: 'localhost@example.com' }],
  ])('is refused with %j', async (headers) => {
    expect(await send(headers)).toMatch(/^403 (pages may not ask|this host is not served here)$/)
    expect(await send(headers, '/ping')).toMatch(/^403 /)
  })

  it.each([[{}], [{ host: 'localhost' }], [{ host: 'LOCALHOST:1' }], [{ host: '[::1]:8123' }]])(
    'is answered as from a client with %j',
    async (headers) => {
      expect(await send(headers)).toBe('200 42')
    },
  )
})
