import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { logDetections } from '../detections/detection-log.ts'
import { exampleDetection } from '../detections/example-detection.fixture.ts'
import { exampleRows } from '../example-rows.fixture.ts'
import { settlePersons } from '../settled/settle-persons.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { viewTexts } from './all-views.ts'

// Every query of the guide must run and find something, and every column must be explained.
const guide = readFileSync(new URL('../../../../docs/analysts.md', import.meta.url), 'utf8')
const queries = [...guide.matchAll(/```sql\n(.+?)```/gs)].map(([, text]) => text ?? '')
/** Few rows, which nobody asks for alone. */
const NOT_ASKED = new Set(['error_codes', 'generation', 'webhooks'])
const sections = guide.split(/^### `/m).slice(1)

describe('the guide for analysts', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
    await scratch.insert(exampleRows(scratch.generation))
    await logDetections(scratch.client, [exampleDetection], scratch.views)
  }, 60_000)
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

  it('explains every view and every column, in the words of their comments, and no other', async () => {
    const columns = await readComments('columns', scratch.views)
    const explained = sections.flatMap((text) => {
      const view = text.slice(0, text.indexOf('`'))
      // The server knows no columns of it.
      if (viewTexts.get(view)?.parameters !== undefined) return []
      return [...text.matchAll(/^\| `(\w+)` \| (.*) \| [^|]*\|$/gm)].map(
        ([, name, meaning]) => `${view}.${name ?? ''}: ${meaning ?? ''}`,
      )
    })
    expect(columns.filter(({ comment }) => comment === '')).toEqual([])
    expect(explained.toSorted()).toEqual(
      columns.map(({ table, name, comment }) => `${table}.${name}: ${comment}`).toSorted(),
    )
  })

  it('opens each view with the words of its comment', async () => {
    const views = await readComments('tables', scratch.views)
    const openings = sections.map((text) => [
      text.slice(0, text.indexOf('`')),
      /^<!-- view .*-->\n(.*)$/m.exec(text)?.[1],
    ])
    expect(openings.toSorted()).toEqual(
      views.map(({ name, comment }) => [name, comment]).toSorted(),
    )
  })

  it('has a query for every view', () => {
    const asked = queries.join('\n')
    const views = sections.map((text) => text.slice(0, text.indexOf('`')))
    const isAsked = (view: string): boolean => new RegExp(`wa\\.${view}(\\(.*\\))?\n`).test(asked)
    expect(views.filter((view) => !isAsked(view) && !NOT_ASKED.has(view))).toEqual([])
  })

  it('is what the tables and views say of themselves, without a gap', async () => {
    const tables = await readComments('tables', scratch.database)
    expect(tables.filter(({ comment }) => comment === '')).toEqual([])
    const shown = await readComments('columns', `${scratch.views}_analysis`)
    expect(shown.filter(({ comment }) => comment === '')).toEqual([])
  })

  it('names columns that leave history unread', async () => {
    const columns = await readComments('columns', scratch.views)
    const narrowed = [...viewTexts].flatMap(([view, { narrowedBy = [] }]) =>
      typeof narrowedBy === 'string' || narrowedBy.length === 0
        ? []
        : [{ view, names: narrowedBy }],
    )
    expect(narrowed.map(({ view }) => view)).toContain('messages')
    await settlePersons({ ...scratch, insertMsMax: 0 })
    for (const { view, names } of narrowed) {
      expect(await readGranules(view, 'true')).toBeGreaterThan(0)
      for (const name of names) {
        const column = columns.find((one) => one.table === view && one.name === name)
        const condition = `${name} ${beyondAll(column?.type ?? '')}`
        expect({ view, condition, read: await readGranules(view, condition) }).toEqual({
          view,
          condition,
          read: 0,
        })
      }
    }
  })

  it('names a view that leaves unread what was said more than a day before', async () => {
    const since = (day: string): Promise<number> =>
      readGranules(`response_time_since(since = '${day}')`, 'true', 'message_timeline')
    expect(await since('1970-01-02')).toBeGreaterThan(0)
    expect(await since('2100-01-01')).toBe(0)
  })

  it('names the clock of every time, and the unit of every span', async () => {
    const columns = await readComments('columns', scratch.views)
    const unclear = columns.filter(({ name, type, comment }) =>
      /^(\w+\()*(Nullable\()?(\w+, )?(Nullable\()?Date/.test(type) || /_(ms|seconds)$/.test(name)
        ? !/\[.*clock.*\]$/.test(comment)
        : false,
    )
    expect(unclear.map(({ table, name }) => `${table}.${name}`)).toEqual([])
  })

  /** A condition that no value of a column of this type in the example rows meets. */
  function beyondAll(type: string): string {
    if (type.includes('Date')) return ">= '2100-01-01'"
    return type.includes('String') ? "= '~999999999'" : '= 999999999'
  }

  async function readGranules(
    view: string,
    condition: string,
    tables = 'message_|status_|raw_|settled_persons',
  ): Promise<number> {
    const plan = await scratch.client.query<{ readonly explain: string }>(
      `EXPLAIN indexes = 1 SELECT * FROM ${scratch.views}.${view} WHERE ${condition}`,
    )
    const reads = plan
      .map(({ explain }) => explain)
      .join('\n')
      .split('ReadFromMergeTree (')
      .slice(1)
    return reads
      .filter((text) => new RegExp(`^\\w+\\.(${tables})`).test(text))
      .reduce((sum, text) => sum + Number([...text.matchAll(/Granules: (\d+)\//g)].at(-1)?.[1]), 0)
  }

  interface Comment {
    readonly table: string
    readonly name: string
    readonly type: string
    readonly comment: string
  }

  /** Comments of the views of a database or, where it has none, of its tables. */
  async function readComments(
    of: 'columns' | 'tables',
    database: string,
  ): Promise<readonly Comment[]> {
    const rows = await scratch.client.query<Comment & { readonly engine: string }>(
      `SELECT ${of === 'tables' ? "'' AS table, engine, '' AS type" : 'table, type'}, name, comment
       FROM system.${of} WHERE database = {database:String}`,
      { database },
    )
    const views = await scratch.client.query<{ readonly name: string }>(
      "SELECT name FROM system.tables WHERE database = {database:String} AND engine = 'View'",
      { database },
    )
    if (views.length === 0) return rows
    const names = new Set(views.map(({ name }) => name))
    return rows.filter((row) => names.has(of === 'tables' ? row.name : row.table))
  }
})
