import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { toInsertFailure } from '@wabastream/processing'
import { anEnvelope, aReceivedMessage } from '@wabastream/testing'
import { findAnchorDays } from '../rows/anchor-days.ts'
import { createClickHouse } from './clickhouse-client.ts'
import { encodeRow } from '../rows/cells.ts'
import { toTableRows } from '../rows/to-table-rows.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'

describe('the client', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
  })
  afterAll(() => scratch.drop())

  const failureOf = async (table: string, columns: readonly string[], line: string) => {
    const target = { database: scratch.database, table, columns }
    try {
      await scratch.client.insert(target, [Buffer.from(line)])
      return 'none'
    } catch (error) {
      return toInsertFailure(error)
    }
  }

  it('distinguishes rows that can never be read from broken tables', async () => {
    expect(await failureOf('errors', ['number', 'code'], '["1", 5]')).toBe('none')
    expect(await failureOf('errors', ['number', 'item_index'], '["1", -5]')).toBe('bad_rows')
    expect(await failureOf('errors', ['number', 'code'], '["1", "five"]')).toBe('bad_rows')
    expect(await failureOf('errors', ['number', 'code'], '["1\\ud800", 5]')).toBe('bad_rows')
    expect(await failureOf('errors', ['number', 'code'], '["1"')).toBe('bad_rows')
    expect(await failureOf('errors', ['number', 'color'], '["1", 5]')).toBe('broken_schema')
    expect(await failureOf('mistakes', ['number'], '["1"]')).toBe('broken_schema')
  })

  it("keeps of the server's answer only its code and one of our columns", async () => {
    const target = {
      database: scratch.database,
      table: 'errors',
      columns: ['number', 'code', 'received_at', 'title'],
    }
    const lines = [
      '["+4915112345678", "Zoe Mark", 0, ""]',
      '["+4915112345678", 5, "Zoe Mark", ""]',
      '["+4915112345678", 5, 0, "Zoe Mark"',
      '["+4915112345678", 5, {"Zoe": "Mark"}, ""]',
      '["+4915112345678", 5, 0, "column Zoe (ZOE_MARK)", "Zoe"]',
      '{"Zoe": "Mark"}',
      'Zoe Mark',
    ]
    const shown: string[] = []
    for (const line of lines) {
      const error: unknown = await scratch.client
        .insert(target, [Buffer.from(line)])
        .catch((thrown: unknown) => thrown)
      shown.push(inspect(error, { depth: 10, showHidden: true }))
    }
    const selected: unknown = await scratch.client
      .query(`SELECT toUInt8('Zoe Mark'), '+4915112345678'`)
      .catch((thrown: unknown) => thrown)
    shown.push(inspect(selected, { depth: 10, showHidden: true }))
    expect(shown.filter((text) => /Zoe|Mark|49151/i.test(text))).toEqual([])
    expect(shown[0]).toContain(
      'ClickHouse refuses it: CANNOT_PARSE_INPUT_ASSERTION_FAILED (code 27), table errors, column code',
    )
    expect(shown.filter((text) => !/refuses it: [A-Z_]+ \(code \d+\)/.test(text))).toEqual([])
  })

  it('says which table or right is missing', async () => {
    const target = { database: scratch.database, table: 'mistakes', columns: ['number'] }
    await expect(scratch.client.insert(target, [Buffer.from('["1"]')])).rejects.toThrow(
      /UNKNOWN_TABLE \(code 60\), table mistakes, .*mistakes.* does not exist/,
    )
  })

  it("counts an answer that is not the server's own, and quotes nothing of it", async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(502).end('<html>Zoe Mark</html>'))
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as AddressInfo
    const client = createClickHouse({ url: `http://ana:hunter2@127.0.0.1:${port}` })
    const error: unknown = await client.query('SELECT 1').catch((thrown: unknown) => thrown)
    await client.close()
    server.close()
    const shown = inspect(error, { depth: 10, showHidden: true })
    expect(shown).toContain('cannot be read (Error about 21 characters)')
    expect(shown).not.toMatch(/Zoe|hunter2/)
    expect(toInsertFailure(error)).toBe('unavailable')
  })

  it('refuses a null where a time must be, instead of writing 1970', async () => {
    expect(await failureOf('errors', ['number', 'received_at'], '["1", null]')).toBe('bad_rows')
  })

  it('treats a missing answer, and unknown errors, as passing', async () => {
    const client = createClickHouse({ url: 'http://127.0.0.1:1' })
    const failure = await client.command('SELECT 1').catch((error: unknown) => error)
    expect(toInsertFailure(failure)).toBe('unavailable')
    expect(toInsertFailure(new Error('never seen'))).toBe('unavailable')
    await client.close()
  })

  it("sends the address's user and password, and every setting that decides about rows", async () => {
    const requests: { readonly url: URL; readonly authorization: string | undefined }[] = []
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://server')
      requests.push({ url, authorization: request.headers.authorization })
      request.resume().on('end', () => response.end())
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as AddressInfo
    const client = createClickHouse({ url: `http://ana:p%40ss@127.0.0.1:${port}` })
    await client.insert({ database: 'd', table: 't', columns: ['a'] }, [Buffer.from('[1]')])
    await client.close()
    server.close()
    const [request] = requests
    expect(request?.authorization).toBe(`Basic ${Buffer.from('ana:p@ss').toString('base64')}`)
    const settings = Object.fromEntries(request?.url.searchParams ?? [])
    expect(settings).toMatchObject({
      query: 'INSERT INTO d.t (a) FORMAT JSONCompactEachRow',
      async_insert: '0',
      insert_deduplicate: '0',
      input_format_null_as_default: '0',
    })
  })

  it.each(['zstd', 'gzip', 'none'] as const)('inserts with compression %s', async (compression) => {
    const { clickhouseUrl: url } = scratch
    const client = createClickHouse({ url, compression })
    const target = { database: scratch.database, table: 'errors', columns: ['number', 'title'] }
    await client.insert(target, [Buffer.from(encodeRow([compression, 'x'.repeat(100_000)]))])
    await client.close()
    expect(
      await scratch.client.query(`
      SELECT length(title) AS length FROM ${scratch.database}.errors
      WHERE number = '${compression}'`),
    ).toEqual([{ length: 100_000 }])
  })

  it('finds the anchor days of timelines whatever their ids hold', async () => {
    const { client, database } = scratch
    const ids = [
      'plain',
      "quote'",
      'back\\slash',
      'nul\0',
      'new\nline',
      '👍',
      'lone\ud800',
      'x'.repeat(300_000),
    ].map((messageId) => ({ number: '1', messageId, participant: "p'" }))
    const columns = ['number', 'message_id', 'participant', 'anchor_day']
    const lines = ids.flatMap(({ number, messageId, participant }) => [
      encodeRow([number, messageId, participant, 20_001]),
      encodeRow([number, messageId, participant, 20_000]),
    ])
    await client.insert({ database, table: 'message_timeline', columns }, [
      Buffer.from(lines.join('\n')),
    ])
    const absent = { number: '2', messageId: 'plain', participant: "p'" }
    const found = await findAnchorDays({ client, database, ids: [...ids, absent] })
    expect(found.map(({ messageId }) => messageId).toSorted()).toEqual(
      ids.map(({ messageId }) => messageId.toWellFormed()).toSorted(),
    )
    expect(new Set(found.map(({ anchorDay }) => anchorDay))).toEqual(new Set([20_000]))
  })

  it('keeps the retry of a fact, which views show once, and drops a repeated record', async () => {
    const once = aReceivedMessage({ messageId: 'R', envelope: anEnvelope({ rawOffset: 1 }) })
    const retry = aReceivedMessage({ messageId: 'R', envelope: anEnvelope({ rawOffset: 2 }) })
    const rows = [once, retry].flatMap((event) => toTableRows(event, { partition: 0, offset: 0 }))
    await scratch.insert(rows)
    await scratch.insert(rows)
    const offsetsIn = (table: string) =>
      scratch.client.query(
        `SELECT raw_offset FROM ${table} WHERE message_id = 'R' ORDER BY raw_offset`,
      )
    expect(await offsetsIn(`${scratch.database}.message_events FINAL`)).toEqual([
      { raw_offset: 1 },
      { raw_offset: 2 },
    ])
    expect(await offsetsIn(`${scratch.views}.message_events`)).toEqual([{ raw_offset: 1 }])
  })
})
