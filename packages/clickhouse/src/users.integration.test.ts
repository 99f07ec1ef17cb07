import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { analysisDatabase } from './analysis/analysis-views.ts'
import { createScratchGeneration, type ScratchGeneration } from './scratch-generation.fixture.ts'

// The embedded engine has no users: it parses the statements about them and refuses to run them. So
// the tests check that every statement parses, what it grants on, and that views need no other
// grant.
const statements = readFileSync(
  new URL('../../../deploy/clickhouse/users.sql', import.meta.url),
  'utf8',
)
  .replaceAll(/--.*$/gm, '')
  .split(';')
  .map((text) => text.trim())
  .filter((text) => text !== '')

function grantsTo(role: string): readonly string[] {
  return statements
    .filter((text) => text.startsWith('GRANT') && text.endsWith(`TO ${role}`))
    .map((text) => text.replaceAll(/\s+/g, ' '))
}

describe('the users of ClickHouse', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
  })
  afterAll(() => scratch.drop())

  it.each(statements.map((text) => [text]))(
    'are made by a statement that parses: %s',
    async (text) => {
      // The text keeps its parameters, for which a client passes the passwords.
      const parameters = Object.fromEntries(
        Array.from(text.matchAll(/\{(\w+):String\}/g), ([, name = '']) => [name, 'secret']),
      )
      expect(await scratch.client.query(`EXPLAIN AST ${text}`, parameters)).not.toEqual([])
    },
  )

  it('let support read the views and nothing else, also under the former name of its role', () => {
    expect(grantsTo('wabastream_support_role')).toEqual([
      'GRANT SELECT, SHOW ON wa.* TO wabastream_support_role',
    ])
    expect(grantsTo('wabastream_analyst_role')).toEqual([
      'GRANT wabastream_support_role TO wabastream_analyst_role',
    ])
  })

  it('let analysts read the views with pseudonyms and nothing else', () => {
    expect(grantsTo('wabastream_analysis_role')).toEqual([
      'GRANT SELECT, SHOW ON wa_analysis.* TO wabastream_analysis_role',
    ])
  })

  it('let the migrator alone read the key of the pseudonyms', () => {
    const granted = statements.filter((text) => text.includes('wa_secrets'))
    expect(granted.map((text) => /TO (\w+)$/.exec(text)?.[1])).toEqual(['wabastream_migrator_role'])
    expect(statements.filter((text) => /ON (\*\.\*|wa\*|wa_\*|wa_s)/.test(text))).toEqual([
      ...granted,
    ])
  })

  it('have the limits of a query in every role that asks', () => {
    const roles = 'TO wabastream_support_role, wabastream_analysis_role, wabastream_analyst_role'
    const limited = statements.filter((text) => text.endsWith(roles))
    expect(limited.map((text) => text.split('\n')[0])).toEqual([
      'ALTER SETTINGS PROFILE wabastream_analyst',
      'ALTER QUOTA wabastream_analyst',
    ])
  })

  it('let the sink read and insert in generations, see which one is live, and nothing else', () => {
    expect(grantsTo('wabastream_writer_role')).toEqual([
      'GRANT SELECT, INSERT, SHOW ON wa_g*.* TO wabastream_writer_role',
      'GRANT SELECT ON wa.generation_moves TO wabastream_writer_role',
    ])
  })

  it('let the canary read in generations and nothing else', () => {
    expect(grantsTo('wabastream_canary_role')).toEqual([
      'GRANT SELECT ON wa_g*.* TO wabastream_canary_role',
    ])
  })

  it('need no grant on tables, because the views read as their maker', async () => {
    const views = await scratch.client.query<{ readonly name: string; readonly text: string }>(
      `SELECT concat(database, '.', name) AS name, create_table_query AS text FROM system.tables
       WHERE database IN ({views:String}, {analysis:String}) AND engine = 'View'`,
      { views: scratch.views, analysis: analysisDatabase(scratch.views) },
    )
    expect(views.length).toBeGreaterThan(50)
    const withoutMaker = views.filter(({ text }) => !text.includes('SQL SECURITY DEFINER'))
    expect(withoutMaker.map(({ name }) => name)).toEqual([`${scratch.views}.generation`])
  })
})
