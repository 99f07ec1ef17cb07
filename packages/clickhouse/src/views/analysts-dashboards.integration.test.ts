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

const FROM = 'toDateTime(now() - INTERVAL 30 DAY)'
const TO = 'toDateTime(now() + INTERVAL 1 HOUR)'

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
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= ${FROM} AND $1 <= ${TO}`)
    .replaceAll(/\$__dateFilter\((\w+)\)/g, `$1 >= toDate(${FROM}) AND $1 <= toDate(${TO})`)
    .replaceAll('$__fromTime', FROM)
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

  it.each(queries.map(({ name, text }) => [name, text]))('find rows by: %s', async (_, text) => {
    const question = substitute(text)
    expect(question).not.toContain('$')
    const rows = await scratch.client.query(question.replaceAll(' wa.', ` ${scratch.views}.`))
    expect(rows.length).toBeGreaterThan(0)
  })
})
