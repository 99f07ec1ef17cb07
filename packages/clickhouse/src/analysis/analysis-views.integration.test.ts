import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { logDetections } from '../detections/detection-log.ts'
import { exampleDetection } from '../detections/example-detection.fixture.ts'
import { exampleRows } from '../example-rows.fixture.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { allViews, viewTexts } from '../views/all-views.ts'
import { analysisDatabase, secretsDatabase } from './analysis-views.ts'

// Goal: the views for analysis show what the others show, persons and messages as pseudonyms that
// nobody without the key can make. Method: the same rows, asked in both databases. That no text,
// name or number is left is shown with webhooks of every kind, in test/meaning.

const ADA = '491700000001'

describe('the views for analysis', () => {
  let scratch: ScratchGeneration
  let analysis: string
  beforeAll(async () => {
    scratch = await createScratchGeneration()
    analysis = analysisDatabase(scratch.views)
    await scratch.insert(exampleRows(scratch.generation))
    await logDetections(scratch.client, [exampleDetection], scratch.views)
  }, 60_000)
  afterAll(() => scratch.drop())

  const ask = (text: string) =>
    scratch.client.query<Record<string, unknown>>(
      text.replaceAll('an.', `${analysis}.`).replaceAll('wa.', `${scratch.views}.`),
    )
  const columnsOf = async (database: string): Promise<ReadonlyMap<string, readonly string[]>> => {
    const rows = await scratch.client.query<{ readonly table: string; readonly names: string[] }>(
      `SELECT table, groupArray(name) AS names FROM system.columns
       WHERE database = {database:String} GROUP BY table`,
      { database },
    )
    return new Map(rows.map(({ table, names }) => [table, names]))
  }

  it('have every column that is marked as holding nothing, or an id', async () => {
    const [shown, all] = [await columnsOf(analysis), await columnsOf(scratch.views)]
    const described = [...viewTexts].filter(([, { parameters }]) => parameters === undefined)
    expect([...shown.keys()].toSorted()).toEqual(described.map(([name]) => name).toSorted())
    for (const [view, { columns }] of described) {
      const marks = Object.entries(columns)
      expect({ view, of: all.get(view)?.toSorted() }).toEqual({
        view,
        of: marks.map(([name]) => name).toSorted(),
      })
      const kept = marks.filter(
        ([, { personal }]) => personal !== 'text' && personal !== 'name' && personal !== 'place',
      )
      expect({ view, of: shown.get(view)?.toSorted() }).toEqual({
        view,
        of: kept.map(([name]) => name).toSorted(),
      })
    }
  })

  it('have as many rows as the others', async () => {
    for (const { name, text } of allViews) {
      const view = text.parameters === undefined ? name : `${name}(since = '2026-01-01')`
      const [counts] = await ask(
        `SELECT (SELECT count() FROM an.${view}) AS shown, (SELECT count() FROM wa.${view}) AS all`,
      )
      expect({ name, shown: counts?.['shown'] }).toEqual({ name, shown: counts?.['all'] })
      expect({ name, some: counts?.['all'] === 0 }).toEqual({ name, some: false })
    }
  })

  it('give a person and a message one pseudonym in every view, and nobody none', async () => {
    const persons = await ask(`SELECT DISTINCT contact_id AS id FROM an.messages
      UNION DISTINCT SELECT contact_id FROM an.contents
      UNION DISTINCT SELECT contact_id FROM an.calls
      UNION DISTINCT SELECT contact_id FROM an.opt_outs`)
    expect(persons).toHaveLength(1)
    expect(persons[0]?.['id']).toMatch(/^[0-9a-f]{32}$/)
    const joined = await ask(`SELECT count() AS messages, countIf(participant = '') AS none
      FROM an.messages AS m INNER JOIN an.message_events AS e
        ON e.number = m.number AND e.message_id = m.message_id`)
    const [same] = await ask(`SELECT count() AS messages FROM wa.messages AS m
      INNER JOIN wa.message_events AS e ON e.number = m.number AND e.message_id = m.message_id`)
    expect(joined).toEqual([{ messages: same?.['messages'], none: same?.['messages'] }])
  })

  it('keep the pseudonyms when they are made again', async () => {
    const before = await ask('SELECT message_id FROM an.messages ORDER BY message_id')
    const { pointViews } = await import('../views/point-views.ts')
    await pointViews({
      client: scratch.client,
      generation: scratch.generation,
      viewsDatabase: scratch.views,
    })
    expect(await ask('SELECT message_id FROM an.messages ORDER BY message_id')).toEqual(before)
    expect(before.length).toBeGreaterThan(5)
  }, 60_000)

  it('show nobody the key: neither their text nor a plan has it', async () => {
    const [key] = await scratch.client.query<{ readonly k0: string; readonly k1: string }>(
      `SELECT toString(k0) AS k0, toString(k1) AS k1
       FROM ${secretsDatabase(scratch.views)}.pseudonym_key`,
    )
    expect(key?.k0).toMatch(/^[0-9]{10,}$/)
    const texts = await scratch.client.query(
      'SELECT create_table_query FROM system.tables WHERE database = {analysis:String}',
      { analysis },
    )
    const plans = await Promise.all(
      ['PLAN header = 1, actions = 1, indexes = 1', 'PIPELINE header = 1', 'QUERY TREE', 'SYNTAX']
        .map((what) => `EXPLAIN ${what} SELECT * FROM an.messages WHERE contact_id = '${ADA}'`)
        .map(ask),
    )
    const all = JSON.stringify([texts, plans])
    expect(all).toContain('sipHash128Keyed')
    expect(all).not.toContain(key?.k0)
    expect(all).not.toContain(key?.k1)
  })
})
