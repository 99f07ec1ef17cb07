import { describe, expect, it } from '@jest/globals'
import { hasSeveralStatements, isInsert, namedFormat } from './sql-text.ts'

describe('isInsert', () => {
  it.each(['INSERT INTO t VALUES (1)', '\n -- note\n/* x */ insert into t format CSV'])(
    'knows %j',
    (sql) => expect(isInsert(sql)).toBe(true),
  )

  it.each(['SELECT 1', "SELECT 'insert into t'", 'inserted'])('denies %j', (sql) =>
    expect(isInsert(sql)).toBe(false),
  )
})

describe('hasSeveralStatements', () => {
  it('sees a second statement', () => {
    expect(hasSeveralStatements('SELECT 1; SELECT 2')).toBe(true)
  })

  it.each([
    'SELECT 1;',
    'SELECT 1 ; -- done',
    'SELECT \';a\', `;b`, ";c"',
    "SELECT 'it\\'s;' AS x",
  ])('takes %j as one', (sql) => expect(hasSeveralStatements(sql)).toBe(false))
})

describe('namedFormat', () => {
  it('is the format at the end of the query', () => {
    expect(namedFormat('SELECT 1\nFORMAT JSONEachRow ;')).toBe('JSONEachRow')
  })

  it('is absent if the query names none', () => {
    expect(namedFormat("SELECT 'FORMAT x' AS y")).toBeUndefined()
  })
})
