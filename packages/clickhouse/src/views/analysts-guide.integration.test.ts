import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { exampleRows } from '../example-rows.fixture.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'

// Every query of the guide must run and find something, and every column must be explained.
const guide = readFileSync(new URL('../../../../docs/analysts.md', import.meta.url), 'utf8')
const queries = [...guide.matchAll(/```sql\n(.+?)```/gs)].map(([, text]) => text ?? '')
const sections = guide.split(/^### `/m).slice(1)

describe('the guide for analysts', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
    await scratch.insert(exampleRows(scratch.generation))
  })
  afterAll(() => scratch.drop())

  it('has a dozen queries', () => {
    expect(queries.length).toBeGreaterThanOrEqual(12)
  })

  it.each(queries.map((text) => [text.replaceAll(/\s+/g, ' ').slice(0, 90), text]))(
    'finds rows by: %s',
    async (_, text) => {
      const rows = await scratch.client.query(text.replaceAll(' wa.', ` ${scratch.views}.`))
      expect(rows.length).toBeGreaterThan(0)
    },
  )

  it('explains every view and every column, and no other', async () => {
    const columns = await scratch.client.query<{ readonly table: string; readonly name: string }>(
      `SELECT table, name FROM system.columns WHERE database = {views:String} AND table IN (
        SELECT name FROM system.tables WHERE database = {views:String} AND engine = 'View')`,
      { views: scratch.views },
    )
    const explained = sections.flatMap((text) => {
      const view = text.slice(0, text.indexOf('`'))
      return [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => `${view}.${name ?? ''}`)
    })
    expect(explained.toSorted()).toEqual(
      columns.map(({ table, name }) => `${table}.${name}`).toSorted(),
    )
  })
})
