import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { databaseName } from '@wabastream/contracts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { toTransitionRow } from '../rows/transition-row.ts'
import { findMissingColumns } from '../rows/verify-tables.ts'
import { readViewsGeneration } from '../views/point-views.ts'
import { messageTables } from './0001-message-tables.ts'
import { reconciliationTables } from './0009-reconciliation-tables.ts'
import { migrate } from './migrate.ts'

describe('migrate', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
  })
  afterAll(() => scratch.drop())

  const run = (
    given: {
      readonly generation?: number
      readonly retentionDays?: number
      readonly contentRetentionDays?: number
      readonly waitMs?: (durationMs: number) => Promise<unknown>
    } = {},
  ) => {
    const progress: string[] = []
    const { client, generation, views } = scratch
    return migrate({
      client,
      generation,
      retentionDays: 400,
      viewsDatabase: views,
      ...given,
      onProgress: (line) => {
        progress.push(line)
      },
    }).then(() => progress)
  }
  const tables = () =>
    scratch.client.query<{ readonly name: string; readonly text: string }>(
      `SELECT name, create_table_query AS text FROM system.tables
     WHERE database = {database:String} ORDER BY name`,
      { database: scratch.database },
    )

  it('makes every table and column that rows are written to', async () => {
    expect(await findMissingColumns(scratch.client, scratch.database)).toEqual([])
  })

  it('changes nothing when it runs again, and creates no table twice', async () => {
    const { generation, views } = scratch
    await run()
    const before = await tables()
    const progress = await run()
    expect(await tables()).toEqual(before)
    expect(progress).toEqual([`${views}: views of generation ${generation}`])
  })

  it('makes the views again where one is not as it should be', async () => {
    const { client, views } = scratch
    const readViews = () =>
      client.query(
        `SELECT database, name, create_table_query AS text FROM system.tables
         WHERE startsWith(database, {views:String}) AND engine = 'View' ORDER BY database, name`,
        { views },
      )
    const before = await readViews()
    await client.command(`CREATE OR REPLACE VIEW ${views}.numbers AS SELECT 1 AS changed`)
    await client.command(`DROP VIEW ${views}_analysis.calls`)
    await run()
    expect(await readViews()).toEqual(before)
  })

  it('survives several starts at once', async () => {
    const generation = scratch.generation + 1
    const database = databaseName(generation)
    try {
      await Promise.all([run({ generation }), run({ generation }), run({ generation })])
      expect(await findMissingColumns(scratch.client, database)).toEqual([])
      const [applied] = await scratch.client.query(
        `SELECT count() AS migrations, uniqExact(id) AS ids FROM ${database}.migrations FINAL`,
      )
      expect(applied).toEqual({ migrations: 88, ids: 88 })
    } finally {
      await scratch.client.command(`DROP DATABASE ${database}`)
    }
  })

  it('refuses a migration that was edited after it had been applied', async () => {
    const { client, database } = scratch
    const record = (checksum: string) =>
      client.command(
        `INSERT INTO ${database}.migrations (id, name, checksum) VALUES (3, 'edited', '${checksum}')`,
      )
    const [applied] = await client.query<{ readonly checksum: string }>(
      `SELECT checksum FROM ${database}.migrations FINAL WHERE id = 3`,
    )
    await record('of another text')
    await expect(run()).rejects.toThrow('migration 3 (create status_transitions) was edited')
    await record(applied?.checksum ?? '')
    await run()
  })

  it('moves all transitions of an earlier version', async () => {
    const { client, database } = scratch
    const former = messageTables.find(({ name }) => name === 'create status_transitions')
    await client.command(`DROP TABLE ${database}.status_transitions`)
    await client.command(former?.statement(database) ?? '')
    await client.command(`TRUNCATE TABLE ${database}.migrations`)
    await client.command(`INSERT INTO ${database}.status_transitions
      (number, message_id, kind, rung, event_at, received_at, anchor_day) VALUES
      ('1', 'm', 'advanced', 'sent', '2026-01-01 00:00:00', '2026-01-01 00:00:01', '2026-01-01'),
      ('1', 'm', 'advanced', 'read', NULL, '2026-02-01 00:00:01', '2026-02-01')`)
    // What a sink has under way at the renaming ends in the old table.
    const waitMs = async (durationMs: number): Promise<unknown> => {
      expect(durationMs).toBeGreaterThan(30_000)
      const names = (await tables()).map(({ name }) => name)
      if (!names.includes('status_transitions_by_kind')) return
      return client.command(`INSERT INTO ${database}.status_transitions_by_kind
        (number, message_id, kind, rung, event_at, received_at, anchor_day) VALUES
        ('1', 'm', 'advanced', 'delivered', NULL, '2026-01-01 00:00:01', '2026-01-01')`)
    }
    await Promise.all([run({ waitMs }), run({ waitMs })])
    expect(
      await client.query(`SELECT kind, rung, toString(event_at) AS at, toString(anchor_day) AS day
      FROM ${database}.status_transitions FINAL ORDER BY rung`),
    ).toEqual([
      { kind: 'advanced', rung: 'delivered', at: null, day: '2026-01-01' },
      { kind: 'advanced', rung: 'read', at: null, day: '2026-02-01' },
      { kind: 'advanced', rung: 'sent', at: '2026-01-01 00:00:00.000', day: '2026-01-01' },
    ])
    expect(
      await client.query(
        `SELECT name FROM system.tables
      WHERE database = {database:String} AND name LIKE 'status%'`,
        { database },
      ),
    ).toEqual([{ name: 'status_transitions' }])
    await client.command(`TRUNCATE TABLE ${database}.status_transitions`)
  })

  it('keeps a row for each time of a rung, whatever its kind, and conflicts apart', async () => {
    const { client, database, views } = scratch
    const insert = (kind: string, rung: string, at: string) =>
      client.command(`
      INSERT INTO ${database}.status_transitions
      (number, message_id, kind, rung, event_at, received_at, anchor_day) VALUES
      ('1', 'm', '${kind}', '${rung}', ${at}, '2026-01-01 00:00:01', '2026-01-01')`)
    const [first, second] = ["'2026-01-01 00:00:00'", "'2026-03-01 00:00:00'"]
    await insert('advanced', 'read', first)
    await insert('advanced', 'read', second)
    await insert('filled_in', 'read', second)
    await insert('conflicted', 'read', second)
    await insert('advanced', 'sent', 'NULL')
    await insert('filled_in', 'sent', 'NULL')
    const selection = `SELECT rung, toString(event_at) AS at, kind = 'conflicted' AS conflict FROM`
    const expected = [
      { rung: 'read', at: '2026-01-01 00:00:00.000', conflict: 0 },
      { rung: 'read', at: '2026-03-01 00:00:00.000', conflict: 0 },
      { rung: 'read', at: '2026-03-01 00:00:00.000', conflict: 1 },
      { rung: 'sent', at: null, conflict: 0 },
    ]
    expect(
      await client.query(`${selection} ${views}.status_transitions ORDER BY rung, at, conflict`),
    ).toEqual(expected)
    await client.command(`OPTIMIZE TABLE ${database}.status_transitions FINAL`)
    expect(
      await client.query(`${selection} ${database}.status_transitions ORDER BY rung, at, conflict`),
    ).toEqual(expected)
  })

  it('keeps the first of two receipts of a transition, however late the other', async () => {
    const { client, database, views } = scratch
    const insert = (receivedAt: string, anchorDay: string, sinceSent: string) =>
      client.command(`INSERT INTO ${database}.status_transitions
        (number, message_id, kind, rung, event_at, received_at, anchor_day, since_sent_ms) VALUES
        ('1', 'again', 'advanced', 'read', '2026-01-01 00:01:00', '${receivedAt}', '${anchorDay}',
        ${sinceSent})`)
    await insert('2026-01-01 00:01:01', '2026-01-01', '60000')
    await insert('2026-03-15 00:00:00', '2026-03-15', 'NULL')
    const read = () =>
      client.query(`SELECT toString(anchor_day) AS day, since_sent_ms
        FROM ${views}.status_transitions WHERE message_id = 'again'`)
    expect(await read()).toEqual([{ day: '2026-01-01', since_sent_ms: 60_000 }])
    await client.command(`OPTIMIZE TABLE ${database}.status_transitions FINAL`)
    expect(await read()).toEqual([{ day: '2026-01-01', since_sent_ms: 60_000 }])
  })

  it('takes transitions of any week in one insert', async () => {
    const { client, database } = scratch
    const WEEK_MS = 7 * 86_400_000
    const weeks = Array.from({ length: 150 }, (_, week) => Date.UTC(2022, 0, 1) + week * WEEK_MS)
    const transition = {
      number: '1',
      messageId: 'any week',
      participant: '',
      kind: 'advanced',
      rung: 'sent',
      previousRung: null,
      receivedAt: Date.UTC(2026, 0, 1),
      sinceSentMs: null,
      sinceDeliveredMs: null,
      failureCode: null,
      anchorDay: 20_454,
      eventId: 'e',
    } as const
    await scratch.insert(
      weeks.map((at) => ({
        table: 'status_transitions',
        cells: toTransitionRow({ ...transition, at }),
      })),
    )
    const [stored] = await client.query(`SELECT uniqExact(event_at) AS times
      FROM ${database}.status_transitions WHERE message_id = 'any week'`)
    expect(stored).toMatchObject({ times: 150 })
    await client.command(`TRUNCATE TABLE ${database}.status_transitions`)
  })

  it('gives timelines of earlier versions another key, and lets sinks wait meanwhile', async () => {
    const { client, database, views } = scratch
    const former = messageTables.find(({ name }) => name === 'create message_timeline')
    await client.command(`DROP TABLE ${database}.message_timeline`)
    // Earlier versions have none of the views that are fed by timelines.
    for (const view of ['day_marks_of_timelines', 'group_timeline_of_timelines']) {
      await client.command(`DROP TABLE ${database}.${view}`)
    }
    await client.command(former?.statement(database) ?? '')
    await client.command(`ALTER TABLE ${database}.migrations DELETE WHERE id > 15
      SETTINGS mutations_sync = 2`)
    const insert = (messageId: string, times: string) =>
      client.command(`INSERT INTO ${database}.message_timeline
        (number, anchor_day, message_id, outbound, sent_at, delivered_at, first_received_at,
          last_received_at)
        VALUES ('1', '2026-01-10', '${messageId}', true, ${times}, '2026-01-10', '2026-01-10')`)
    await insert('m', "'2026-01-02', '2026-01-09'")
    await insert('m', "NULL, '2026-01-09'")
    const refusals: unknown[] = []
    await run({
      waitMs: () => insert('new', 'NULL, NULL').catch((error: unknown) => refusals.push(error)),
    })
    expect(refusals.map(String)).toEqual([expect.stringContaining('TOO_MANY_PARTS')])
    await insert('new', 'NULL, NULL')
    expect(
      await client.query(`SELECT message_id, toString(started_at) AS at FROM ${views}.messages
        ORDER BY message_id`),
    ).toEqual([
      { message_id: 'm', at: '2026-01-02 00:00:00.000' },
      { message_id: 'new', at: '2026-01-10 00:00:00.000' },
    ])
    expect(
      (await tables()).map(({ name }) => name).filter((name) => name.startsWith('message_t')),
    ).toEqual(['message_timeline'])
    await client.command(`TRUNCATE TABLE ${database}.message_timeline`)
  })

  it('gives verdicts of earlier versions another key, of which the later one still wins', async () => {
    const { client, database, views } = scratch
    const former = reconciliationTables.find(({ id }) => id === 10)
    await client.command(former?.statement(database) ?? '')
    await client.command(`ALTER TABLE ${database}.migrations DELETE WHERE id > 15
      SETTINGS mutations_sync = 2`)
    await client.command(`INSERT INTO ${database}.raw_webhooks
      (raw_partition, raw_offset, received_at, verdict, verdict_offset) VALUES
      (1, 5, '2026-01-10 23:59:59', 'undecodable', 0), (1, 6, '2026-01-11', 'decoded', 1),
      (1, 5, '2026-01-10 23:59:59', 'decoded', 2)`)
    await run()
    expect(
      await client.query(`SELECT toString(received_at) AS at, verdict FROM ${views}.webhooks
        WHERE received_at < '2026-01-12' ORDER BY raw_offset`),
    ).toEqual([
      { at: '2026-01-10 23:59:59.000', verdict: 'decoded' },
      { at: '2026-01-11 00:00:00.000', verdict: 'decoded' },
    ])
    await client.command(`TRUNCATE TABLE ${database}.raw_webhooks`)
  })

  it('sets the time to live of every table to the days of retention', async () => {
    await run({ retentionDays: 36_500 })
    const { client, database } = scratch
    await client.command(`INSERT INTO ${database}.message_events (number, received_at)
      VALUES ('kept for a century', '2026-01-01 00:00:00')`)
    await client.command(`OPTIMIZE TABLE ${database}.message_events FINAL`)
    expect(await client.query(`SELECT number FROM ${database}.message_events`)).toHaveLength(1)
    const long = await tables()
    expect(long.filter(({ text }) => text.includes('toIntervalDay(36500)'))).toHaveLength(18)
    const progress = await run({ retentionDays: 30 })
    const short = await tables()
    expect(short.filter(({ text }) => text.includes('toIntervalDay(30)'))).toHaveLength(18)
    expect(progress).toContain(`${scratch.database}: rows are kept for 30 days, texts for 30`)
  })

  it('keeps texts and names for less long, those of earlier versions too', async () => {
    const { client, database } = scratch
    await run({ retentionDays: 36_500, contentRetentionDays: 20 })
    const old = `'1', now64(3) - INTERVAL 30 DAY`
    await client.command(`INSERT INTO ${database}.message_events
      (number, received_at, message_id, content, contact_name) VALUES (${old}, 'm', 'hi', 'Kim')`)
    await client.command(`INSERT INTO ${database}.message_content
      (number, received_at, message_id, text) VALUES (${old}, 'm', 'hi'),
      ('1', now64(3), 'recent', 'hi')`)
    await client.command(`OPTIMIZE TABLE ${database}.message_events FINAL`)
    await client.command(`OPTIMIZE TABLE ${database}.message_content FINAL`)
    expect(
      await client.query(`SELECT message_id, content, contact_name FROM ${database}.message_events
        WHERE number = '1'`),
    ).toEqual([{ message_id: 'm', content: '', contact_name: '' }])
    expect(await client.query(`SELECT message_id FROM ${database}.message_content`)).toEqual([
      { message_id: 'recent' },
    ])
    const before = await tables()
    await run({ retentionDays: 36_500, contentRetentionDays: 20 })
    expect(await tables()).toEqual(before)
    await run({ retentionDays: 36_500 })
    const after = await tables()
    expect(after.filter(({ text }) => text.includes('toIntervalDay(20)'))).toEqual([])
  })

  it('leaves the views of the live generation alone until they are moved', async () => {
    const { client, generation, views } = scratch
    const next = generation + 2
    try {
      await run({ generation: next })
      expect(await readViewsGeneration(client, views)).toBe(generation)
      // The step of a move alone: point-views.integration.test.ts makes whole ones.
      const step = (to: number) =>
        client.command(`INSERT INTO ${views}.generation_moves (step, generation)
          SELECT max(step) + 1, ${to} FROM ${views}.generation_moves`)
      await step(next)
      expect(await run()).toContain(`${views}: views stay at generation ${next}`)
      expect(await readViewsGeneration(client, views)).toBe(next)
      await step(generation)
    } finally {
      await client.command(`DROP DATABASE ${databaseName(next)}`)
    }
  })

  it('names a column that is missing', async () => {
    const { client, database } = scratch
    await client.command(`ALTER TABLE ${database}.errors DROP COLUMN href`)
    await client.command(`DROP TABLE ${database}.raw_webhooks`)
    expect(await findMissingColumns(client, database)).toEqual(['raw_webhooks', 'errors.href'])
  })
})
