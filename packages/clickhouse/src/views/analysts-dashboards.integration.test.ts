import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { exampleRows } from '../example-rows.fixture.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'

// Every SQL statement of the shipped dashboards must run and find something. The test fills in what
// Grafana and its plug-in fill in before they ask.
const directory = fileURLToPath(new URL('../../../../deploy/grafana/dashboards/', import.meta.url))

interface Query {
  readonly name: string
  readonly text: string
}

const fromMs = Date.now() - 30 * 86_400_000
const toMs = Date.now() + 3_600_000
const timeOf = (ms: number): string => `toDateTime(${Math.floor(ms / 1_000)})`
const dayOf = (ms: number): string => `toDate('${new Date(ms).toISOString().slice(0, 10)}')`

const queries: readonly Query[] = globSync('*.json', { cwd: directory })
  .toSorted()
  .flatMap((file) => readQueries(file, JSON.parse(readFileSync(`${directory}${file}`, 'utf8'))))

/** All texts under `rawSql`, and those that variables choose from, wherever they are. */
function readQueries(path: string, value: unknown): readonly Query[] {
  if (typeof value !== 'object' || value === null) return []
  const title = 'title' in value && typeof value.title === 'string' ? `/${value.title}` : ''
  const name = `${path}${title}`
  const own = 'rawSql' in value ? [{ name, text: String(value.rawSql) }] : []
  const choice =
    'query' in value && String(value.query).startsWith('SELECT')
      ? [{ name: `${path}/variable`, text: String(value.query) }]
      : []
  return [...own, ...choice, ...Object.values(value).flatMap((part) => readQueries(name, part))]
}

function substitute(text: string): string {
  return text
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= ${timeOf(fromMs)} AND $1 <= ${timeOf(toMs)}`)
    .replaceAll(/\$__dateFilter\((\w+)\)/g, `$1 >= ${dayOf(fromMs)} AND $1 <= ${dayOf(toMs)}`)
    .replaceAll('$__fromTime', timeOf(fromMs))
    .replaceAll('${number:singlequote}', "'1'")
}

describe('the dashboards of analysts', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
    const rows = exampleRows(scratch.generation)
    await scratch.insert(rows)
    await scratch.insert(rows)
  })
  afterAll(() => scratch.drop())

  it('ask some twenty questions', () => {
    expect(queries.length).toBeGreaterThanOrEqual(15)
  })

  const ask = async (text: string, timeZone: string): Promise<readonly string[]> => {
    const question = substitute(text).replaceAll(' wa.', ` ${scratch.views}.`)
    expect(question).not.toContain('$')
    // Grafana gets instants, whose text would look the same when a session's time zone moves them.
    const points = text.includes(' AS time')
      ? `SELECT * REPLACE (toUnixTimestamp(time) AS time) FROM (${question})`
      : question
    const rows = await scratch.client.query(`${points} SETTINGS session_timezone = '${timeZone}'`)
    // Rows of one time come in any order.
    return rows.map((row) => JSON.stringify(row)).toSorted()
  }

  it.each(queries.map(({ name, text }) => [name, text]))(
    'find rows, the same ones in a session of any time zone, by: %s',
    async (_, text) => {
      const points = await ask(text, 'UTC')
      expect(points.length).toBeGreaterThan(0)
      for (const timeZone of ['America/Sao_Paulo', 'Asia/Tokyo']) {
        expect(await ask(text, timeZone)).toEqual(points)
      }
    },
  )

  it('draws a day at its own midnight', async () => {
    const drawn = queries.filter(({ text }) => text.includes('toDateTime(day'))
    expect(drawn.length).toBeGreaterThan(3)
    for (const { text } of drawn) {
      const points = await ask(text, 'America/Sao_Paulo')
      const times = points.map((point) => Number(/"time":(\d+)/.exec(point)?.[1]))
      expect(times.filter((seconds) => seconds % 86_400 !== 0)).toEqual([])
    }
  })
})
