// Goal: who reads `wa_analysis` finds no text, name or number of a customer, ids that hold one
// included. Method: a webhook of every kind, with a mark wherever one can be, goes through decoder,
// fold and rows into real tables; then every column of every view of both databases is searched.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { toTableRows } from '@wabastream/clickhouse'
import { marks, TRACES } from './marked-messages.ts'
import { markedStories } from './marked-stories.ts'
import { createStoryTables, type StoryTables } from './story-tables.ts'
import { toRows } from './tell.ts'

// Each is made of ids that have marks, and shows none itself.
const HASHES = /\.(event_id)$/

const letterOf = (generation: number) =>
  toTableRows(
    {
      type: 'DeadLetter',
      data: {
        reason: 'item_invalid',
        detail: marks.text,
        stage: 'decoder',
        generation,
        topic: 'raw',
        partition: 0,
        offset: 900,
        itemIndex: 0,
        receiptId: 'r',
        channel: 'main',
        receivedAt: 1_767_225_600_000,
        attempts: 1,
        firstSeenAt: null,
        redrivenAt: null,
        destination: '',
        body: Buffer.from(marks.text),
      },
    },
    { partition: 0, offset: 0 },
  )

interface Column {
  readonly view: string
  readonly name: string
  readonly comment: string
}

describe('the views for analysis', () => {
  let tables: StoryTables
  let all: readonly Column[]
  let shown: readonly Column[]
  beforeAll(async () => {
    tables = await createStoryTables()
    await tables.insert([...toRows(markedStories), ...letterOf(tables.generation)])
    all = await columnsOf('wa.')
    shown = await columnsOf('wa_analysis.')
  }, 120_000)
  afterAll(() => tables.drop())

  /** Columns of the views of a database, named as in a query. */
  const columnsOf = (database: string): Promise<readonly Column[]> =>
    tables.ask<Column>(`
      SELECT table AS view, name, comment FROM system.columns
      WHERE concat(database, '.') = '${database}' AND table IN (
        SELECT name FROM system.tables WHERE concat(database, '.') = '${database}'
          AND engine = 'View')
      ORDER BY view, name`)

  /** Those that have a value with a mark in it; searched row by row, as text. */
  async function marked(database: string, columns: readonly Column[]): Promise<readonly string[]> {
    const found = new Set<string>()
    for (const view of new Set(columns.map((column) => column.view))) {
      const rows = await tables.ask<Record<string, unknown>>(`SELECT * FROM ${database}${view}`)
      for (const [name, value] of rows.flatMap((row) => Object.entries(row))) {
        if (TRACES.test(JSON.stringify(value))) found.add(`${view}.${name}`)
      }
    }
    return [...found].toSorted()
  }

  it('show no mark of a customer', async () => {
    // The server knows no columns of this one.
    const since = { view: "response_time_since(since = '1970-01-02')", name: '', comment: '' }
    expect(await marked('wa_analysis.', [...shown, since])).toEqual([])
  }, 60_000)

  it('stand for columns that are full of them', async () => {
    const open = new Set(
      shown
        .filter(({ comment }) => !/; (a pseudonym|pseudonyms)$/.test(comment))
        .map(({ view, name }) => `${view}.${name}`),
    )
    const personal = all
      .map(({ view, name }) => `${view}.${name}`)
      .filter((column) => !open.has(column) && !HASHES.test(column))
    expect(await marked('wa.', all)).toEqual(personal.toSorted())
    expect(personal.length).toBeGreaterThan(100)
  }, 60_000)

  it('are found by nobody who looks for a number or a name', async () => {
    const said = await tables.ask<{ readonly ids: number }>(
      `SELECT count() AS ids FROM wa_analysis.messages
       WHERE contact_id IN ('${marks.number}', '${marks.userId}') OR contact_id = ''`,
    )
    const [all_] = await tables.ask<{ readonly ids: number }>(
      "SELECT count() AS ids FROM wa.messages WHERE contact_id = ''",
    )
    expect(said).toEqual([{ ids: all_?.ids }])
  })

  it('give one customer one pseudonym, whatever reports it', async () => {
    const ids = await tables.ask(`
      SELECT contact_id FROM wa_analysis.calls UNION DISTINCT
      SELECT contact_id FROM wa_analysis.opt_outs WHERE contact_id != '' UNION DISTINCT
      SELECT contact_id FROM wa_analysis.media UNION DISTINCT
      SELECT participant FROM wa_analysis.messages WHERE participant != ''`)
    expect(ids).toHaveLength(1)
  })
})
