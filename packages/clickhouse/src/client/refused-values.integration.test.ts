// Goal: no value that comes in is tried again for ever, for a record that never becomes a row would
// hold its partition up. Method: values of every kind into a column of every type, and lines that
// are no rows; and our names of the server's codes against its own.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { toInsertFailure } from '@wabastream/processing'
import { insertColumns, type TableName } from '../rows/tables.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { listedCodes } from './server-codes.ts'

const values: readonly string[] = [
  ['null', 'true', '5', '-1', '1.5', '1e30', '1e400', '9007199254740993', '9'.repeat(23)],
  ['""', '"x"', '"\\u0000"', '"\\ud800"', '"2020-13-45"', '"2020-01-01 99:99:99"'],
  [`"${'9'.repeat(18)}"`, `"${'x'.repeat(100_000)}"`],
  ['[]', '[1]', '["x"]', '[null]', '[[1]]', '[["a", "b", 5]]', '{}', '{"a": 1}'],
  ['', 'x', 'nan', '"x', '[', '['.repeat(2_000)],
].flat()
const lines = ['', 'x', '[1', '[]', '["a", "b", "c"]', '["a"]x', '["a"]]', '{"a": 1}', '\u0000']

interface Column {
  readonly table: TableName
  readonly name: string
}

describe('ClickHouse', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
  })
  afterAll(() => scratch.drop())

  /** What the insert fails with; undefined where it is taken. */
  async function failureOf({ table, name }: Column, line: string): Promise<string | undefined> {
    const target = { database: scratch.database, table, columns: [name] }
    try {
      await scratch.client.insert(target, [Buffer.from(line)])
      return undefined
    } catch (error) {
      return toInsertFailure(error) === 'bad_rows'
        ? 'bad_rows'
        : `${table}.${name} <- ${line.slice(0, 40)}: ${String(error)}`
    }
  }

  /** One column of each type that rows are written to. */
  async function columnsByType(): Promise<ReadonlyMap<string, Column>> {
    const columns = await scratch.client.query<Column & { readonly type: string }>(`
      SELECT table, name, type FROM system.columns WHERE database = '${scratch.database}'`)
    const written = columns.filter(({ table, name }) =>
      insertColumns[table]?.some((column) => column === name),
    )
    return new Map(written.map((column) => [column.type, column]))
  }

  it('takes every value, or refuses it as a bad row', async () => {
    const columns = [...(await columnsByType()).values()]
    expect(columns.length).toBeGreaterThan(20)
    const failures: (string | undefined)[] = []
    for (const column of columns) {
      const ofColumn = await Promise.all(values.map((value) => failureOf(column, `[${value}]`)))
      failures.push(...ofColumn)
    }
    expect(new Set(failures)).toEqual(new Set([undefined, 'bad_rows']))
  }, 120_000)

  it('refuses as a bad row what is no row', async () => {
    const column = { table: 'errors', name: 'number' } as const
    const failures = await Promise.all(lines.map((line) => failureOf(column, line)))
    expect(new Set(failures)).toEqual(new Set([undefined, 'bad_rows']))
  })

  it('calls its codes as we do', async () => {
    const codes = [...listedCodes.keys()]
    const names = await scratch.client.query<{ readonly name: string }>(
      'SELECT errorCodeToName(arrayJoin({codes:Array(UInt32)})) AS name',
      { codes },
    )
    expect(names.map(({ name }) => name)).toEqual([...listedCodes.values()])
  })
})
