import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { exampleRows } from './example-rows.fixture.ts'
import { exampleDetection } from './detections/example-detection.fixture.ts'
import { logDetections, readDetections } from './detections/detection-log.ts'
import { migrate } from './migrations/migrate.ts'
import { encodeRow } from './rows/cells.ts'
import { readGenerationSize } from './rows/generation-size.ts'
import { insertColumns } from './rows/tables.ts'
import { pointViews } from './views/point-views.ts'
import { type GuardedServer, limits, startGuardedServer, statements } from './users.fixture.ts'

// Goal: everybody may do what they need and nothing else, and a mistake of who asks is bounded.
// Method: the embedded engine takes no statement about users, but a file of users made of them, so
// every role does its work on it, as far as one user can stand for all. Quotas are of users, which
// it has not: they are parsed.

const GENERATION = 1
const MIGRATOR = 'wabastream_migrator_role'
const WRITER = 'wabastream_writer_role'
const CANARY = 'wabastream_canary_role'
const SUPPORT = 'wabastream_support_role'
const ANALYSIS = 'wabastream_analysis_role'

describe('the users of ClickHouse', () => {
  let server: GuardedServer
  beforeAll(async () => {
    server = await startGuardedServer()
    await migrate({ client: server.as(MIGRATOR), generation: GENERATION, retentionDays: 36_500 })
    const writer = server.as(WRITER)
    const rows = exampleRows(GENERATION)
    for (const table of new Set(rows.map((row) => row.table))) {
      const lines = rows.filter((row) => row.table === table).map(({ cells }) => encodeRow(cells))
      await writer.insert({ database: 'wa_g1', table, columns: insertColumns[table] }, [
        Buffer.from(lines.join('\n')),
      ])
    }
  }, 120_000)
  afterAll(() => server.stop())

  const refusalOf = async (
    role: string,
    text: string,
    settings?: Readonly<Record<string, string>>,
  ): Promise<string> => {
    const outcome = await server
      .as(role, settings)
      .query(text)
      .catch((error: unknown) => error)
    return outcome instanceof Error ? outcome.message : 'none'
  }

  it.each(statements.map((text) => [text]))(
    'are made by a statement that parses: %s',
    async (text) => {
      // The text keeps its parameters, for which a client passes the passwords.
      const parameters = Object.fromEntries(
        Array.from(text.matchAll(/\{(\w+):String\}/g), ([, name = '']) => [name, 'secret']),
      )
      expect(await server.as(MIGRATOR).query(`EXPLAIN AST ${text}`, parameters)).not.toEqual([])
    },
  )

  it.each([
    [
      SUPPORT,
      'wa.messages',
      ['wa_analysis.messages', 'wa_g1.message_timeline', 'wa_secrets.pseudonym_key'],
    ],
    [
      ANALYSIS,
      'wa_analysis.messages',
      ['wa.messages', 'wa_g1.message_timeline', 'wa_secrets.pseudonym_key'],
    ],
    ['wabastream_analyst_role', 'wa.messages', ['wa_g1.message_timeline']],
    [SUPPORT, "wa.response_time_since(since = '2026-01-01')", []],
    [
      ANALYSIS,
      "wa_analysis.response_time_since(since = '2026-01-01')",
      ["wa.response_time_since(since = '2026-01-01')"],
    ],
    [CANARY, 'wa_g1.message_timeline', ['wa.messages', 'wa_analysis.messages']],
    [WRITER, 'wa_g1.message_timeline', ['wa.messages', 'wa_secrets.pseudonym_key']],
    [WRITER, 'wa.generation_moves', ['wa.generation']],
    [CANARY, 'wa.generation_moves', ['wa.generation']],
  ])('%s reads %s and nothing of %j', async (role, allowed, others) => {
    expect(await server.as(role).query(`SELECT * FROM ${allowed} LIMIT 1`)).toHaveLength(1)
    for (const other of others) {
      expect(await refusalOf(role, `SELECT * FROM ${other}`)).toContain('ACCESS_DENIED')
    }
  })

  it.each([CANARY, WRITER])(
    '%s logs what was detected, and changes nothing of it',
    async (role) => {
      const client = server.as(role)
      await logDetections(client, [exampleDetection])
      expect(await readDetections(client, { sinceMs: 0 })).toHaveLength(1)
      for (const change of ['TRUNCATE TABLE wa.detection_log', 'DROP TABLE wa.detection_log']) {
        expect(await refusalOf(role, change)).toContain('ACCESS_DENIED')
      }
    },
  )

  it('need no grant on tables, because the views read as their maker', async () => {
    const views = await server.as(MIGRATOR).query<{ readonly name: string; readonly text: string }>(
      `SELECT concat(database, '.', name) AS name, create_table_query AS text
         FROM system.tables WHERE database IN ('wa', 'wa_analysis') AND engine = 'View'`,
    )
    expect(views.length).toBeGreaterThan(50)
    const withoutMaker = views.filter(({ text }) => !text.includes('SQL SECURITY DEFINER'))
    expect(withoutMaker.map(({ name }) => name)).toEqual(['wa.generation'])
  })

  it('let the migrator make the views again and drop a generation, and the sink drop nothing', async () => {
    const client = server.as(MIGRATOR)
    await client.command('DROP VIEW wa.numbers')
    await pointViews({ client, generation: GENERATION })
    await client.command('CREATE DATABASE wa_g2')
    await client.command('DROP DATABASE wa_g2')
    expect(await refusalOf(MIGRATOR, 'DROP DATABASE wa')).toContain('ACCESS_DENIED')
    expect(await refusalOf(WRITER, 'TRUNCATE TABLE wa_g1.errors')).toContain('ACCESS_DENIED')
  })

  it('let the migrator see how large a generation is, and analysts nothing of it', async () => {
    const size = await readGenerationSize(server.as(MIGRATOR), GENERATION)
    expect(size.webhooks).toBeGreaterThan(0)
    expect(size.bytes).toBeGreaterThan(size.webhooks)
    const unseen = { webhooks: 0, bytes: 0 }
    expect(await readGenerationSize(server.as(ANALYSIS), GENERATION)).toEqual(unseen)
  })

  describe('who ask', () => {
    const cross = 'wa.messages AS a, wa.messages AS b, numbers(300000000) AS c'
    // What somebody may write who has forgotten something, with limits that it reaches soon.
    it.each([
      ['a table of numbers', 'SELECT sum(number) FROM numbers(1000000000000)', {}, 158],
      ['a question without a range', 'SELECT * FROM wa.messages', { max_rows_to_read: '5' }, 158],
      [
        'a cross join',
        `SELECT count() FROM ${cross} WHERE a.message_id != c.number::String`,
        { max_execution_time: '1' },
        159,
      ],
      ['an answer of too many rows', 'SELECT * FROM numbers(2000000)', {}, 396],
      [
        'an answer of too many bytes',
        `SELECT repeat('x', 10000 + number % 2) FROM numbers(1000)`,
        { max_result_bytes: '1000000' },
        396,
      ],
      [
        'a group of everything',
        'SELECT groupArray(toString(number)) FROM numbers(100000000)',
        { max_memory_usage: '100000000' },
        241,
      ],
      [
        'groups beyond the disk',
        'SELECT number, count() FROM numbers(20000000) GROUP BY number FORMAT Null',
        {
          max_bytes_before_external_group_by: '20000000',
          max_temporary_data_on_disk_size_for_query: '10000000',
        },
        396,
      ],
      [
        'a recursion without an end',
        'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT count() FROM n',
        {},
        306,
      ],
      [
        'a list of twenty thousand ids',
        `SELECT count() FROM wa.messages
          WHERE message_id IN (${Array.from({ length: 20_000 }, (_, n) => `'wamid.${n}'`).join()})`,
        {},
        62,
      ],
    ])('are stopped after %s', async (_, text, lower, code) => {
      expect(await refusalOf(SUPPORT, text, lower)).toMatch(new RegExp(`^Code: ${code}\\.`))
    })

    it('are stopped when they ask too much at once', async () => {
      const settings = { max_concurrent_queries_for_user: '2', max_execution_time: '2' }
      const refusals = await Promise.all(
        Array.from({ length: 5 }, () =>
          refusalOf(
            SUPPORT,
            'SELECT count() FROM numbers(900000000) WHERE cityHash64(number) = 1',
            settings,
          ),
        ),
      )
      expect(refusals.filter((text) => text.startsWith('Code: 202.')).length).toBeGreaterThan(0)
    })

    it('get an answer to a fair question', async () => {
      const ids = Array.from({ length: 5_000 }, (_, n) => `'wamid.${n}'`).join()
      for (const text of [
        `SELECT category, sum(messages) FROM wa.funnel_hourly GROUP BY category`,
        `SELECT count() FROM wa.persons`,
        `SELECT * FROM wa.messages WHERE message_id IN (${ids}) OR number != ''`,
        `SELECT count() FROM numbers(10000000) GROUP BY number % 1000`,
      ]) {
        expect(await server.as(SUPPORT).query(text)).not.toEqual([])
      }
    })

    it.each(limits)('can not raise $name', async ({ name, value, min, max, isFixed }) => {
      const refusalOfValue = (tried: string): Promise<string> =>
        refusalOf(SUPPORT, `SELECT 1 SETTINGS ${name} = '${tried}'`)
      expect(await refusalOfValue(value)).toBe('none')
      if (isFixed) {
        const other = value === '0' ? '1' : 'break'
        expect(await refusalOfValue(other)).toMatch(
          /SETTING_CONSTRAINT_VIOLATION|QUERY_IS_PROHIBITED/,
        )
      }
      if (max !== undefined) {
        expect(await refusalOfValue(max)).toBe('none')
        expect(await refusalOfValue(`${max}0`)).toContain("shouldn't be greater")
      }
      // There 0 is "without limit".
      if (min !== undefined) expect(await refusalOfValue('0')).toContain("shouldn't be less")
    })

    it('can neither write nor be allowed to', async () => {
      const write = `INSERT INTO wa.generation_moves (step, generation) VALUES (9, 9)`
      expect(await refusalOf(SUPPORT, write)).toMatch(/^Code: (164|497)\./)
      expect(await refusalOf(SUPPORT, 'SELECT 1 SETTINGS readonly = 0')).toContain('Code: 164.')
    })

    it('are the roles that have the limits and the quota', () => {
      const limited = statements.filter((text) =>
        text.endsWith(` TO ${SUPPORT}, ${ANALYSIS}, wabastream_analyst_role`),
      )
      expect(limited.map((text) => text.split(' ').slice(0, 2).join(' '))).toEqual([
        'CREATE SETTINGS',
        'CREATE QUOTA',
      ])
    })

    it('have a quota of queries, errors, rows and time, as the engine reads it', async () => {
      const quota = statements.find((text) => text.startsWith('CREATE QUOTA')) ?? ''
      const [read] = await server
        .as(MIGRATOR)
        .query<{ readonly text: string }>('SELECT formatQuerySingleLine({quota:String}) AS text', {
          quota,
        })
      expect(read?.text).toContain('KEYED BY user_name FOR INTERVAL 1 hour MAX ')
      for (const limit of ['queries', 'errors', 'read_rows', 'result_rows', 'execution_time']) {
        expect(read?.text).toMatch(new RegExp(`\\b${limit} = [1-9][0-9]*\\b`))
      }
    })
  })
})
