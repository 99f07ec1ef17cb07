import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { databaseName } from '@wabastream/contracts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { findMissingColumns } from '../verify-tables.ts'
import { pointViews, readViewsGeneration } from '../views/point-views.ts'
import { migrate } from './migrate.ts'

describe('migrate', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => { scratch = await createScratchGeneration() })
  afterAll(() => scratch.drop())

  const run = (given: { readonly generation?: number; readonly retentionDays?: number } = {}) => {
    const progress: string[] = []
    const { client, generation, views } = scratch
    return migrate({
      client, generation, retentionDays: 400, viewsDatabase: views, ...given,
      onProgress: (line) => { progress.push(line) },
    }).then(() => progress)
  }
  const tables = () => scratch.client.query<{ readonly text: string }>(
    `SELECT create_table_query AS text FROM system.tables
     WHERE database = {database:String} ORDER BY name`, { database: scratch.database })

  it('makes every table and column that rows are written to', async () => {
    expect(await findMissingColumns(scratch.client, scratch.database)).toEqual([])
  })

  it('changes nothing when it runs again, and creates no table twice', async () => {
    await run()
    const before = await tables()
    const progress = await run()
    expect(await tables()).toEqual(before)
    expect(progress).toEqual([`${scratch.views}: views of generation ${scratch.generation}`])
  })

  it('survives several starts at once', async () => {
    const generation = scratch.generation + 1
    const database = databaseName(generation)
    try {
      await Promise.all([run({ generation }), run({ generation }), run({ generation })])
      expect(await findMissingColumns(scratch.client, database)).toEqual([])
      const [applied] = await scratch.client.query(
        `SELECT count() AS migrations, uniqExact(id) AS ids FROM ${database}.migrations FINAL`)
      expect(applied).toEqual({ migrations: 11, ids: 11 })
    } finally {
      await scratch.client.command(`DROP DATABASE ${database}`)
    }
  })

  it('refuses a migration that was edited after it had been applied', async () => {
    const { client, database } = scratch
    const record = (checksum: string) => client.command(
      `INSERT INTO ${database}.migrations (id, name, checksum) VALUES (3, 'edited', '${checksum}')`)
    const [applied] = await client.query<{ readonly checksum: string }>(
      `SELECT checksum FROM ${database}.migrations FINAL WHERE id = 3`)
    await record('of another text')
    await expect(run()).rejects.toThrow('migration 3 (create status_transitions) was edited')
    await record(applied?.checksum ?? '')
    await run()
  })

  it('sets the time to live of every table to the days of retention', async () => {
    await run({ retentionDays: 36_500 })
    const { client, database } = scratch
    await client.command(`INSERT INTO ${database}.message_events (number, received_at)
      VALUES ('kept for a century', '2026-01-01 00:00:00')`)
    await client.command(`OPTIMIZE TABLE ${database}.message_events FINAL`)
    expect(await client.query(`SELECT number FROM ${database}.message_events`)).toHaveLength(1)
    const long = await tables()
    expect(long.filter(({ text }) => text.includes('toIntervalDay(36500)'))).toHaveLength(8)
    const progress = await run({ retentionDays: 30 })
    const short = await tables()
    expect(short.filter(({ text }) => text.includes('toIntervalDay(30)'))).toHaveLength(8)
    expect(progress).toContain(`${scratch.database}: rows are kept for 30 days`)
  })

  it('leaves the views of the live generation alone until they are moved', async () => {
    const { client, generation, views } = scratch
    const next = generation + 2
    try {
      await run({ generation: next })
      expect(await readViewsGeneration(client, views)).toBe(generation)
      await pointViews({ client, generation: next, viewsDatabase: views })
      expect(await readViewsGeneration(client, views)).toBe(next)
      await run()
      expect(await readViewsGeneration(client, views)).toBe(next)
      await pointViews({ client, generation, viewsDatabase: views })
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
