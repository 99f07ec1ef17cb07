// Goal: whatever the provider documents of an account webhook can be read in a view, so that what
// it renames fails here, and is found in production. Method: an example of every field, with a
// value of its own at each path, goes through decoder and rows into real tables.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { documentedFields, type DocumentedPaths, toExample } from '@wabastream/contracts'
import { shownPaths } from './shown-paths.ts'
import { createStoryTables, type StoryTables } from './story-tables.ts'
import { type Told, toRows } from './tell.ts'

const AT = Date.UTC(2026, 4, 1)

/** Words that decide what else is read, and dates written for people: as documented. */
const KEPT = new Set([
  'entity_type',
  'calls[].event',
  'calls[].direction',
  'statuses[].type',
  'statuses[].status',
  'user_preferences[].value',
  'ban_info.waba_ban_date',
])

/** Examples beside the whole one, each with other paths, where one path hides another. */
const OTHERS: Readonly<Record<string, readonly Variant[]>> = {
  account_update: [{ without: ['violation_info.violation_type'] }],
  business_capability_update: [{ without: ['max_daily_conversations_per_business'] }],
  calls: [
    {
      with: {
        'calls[].id': 'wacid.OURS',
        'calls[].event': 'connect',
        'calls[].direction': 'BUSINESS_INITIATED',
      },
    },
    { with: { 'calls[].event': 'connect' } },
  ],
  message_template_status_update: [{ without: ['rejection_info.reason'] }],
  phone_number_quality_update: [
    { without: ['max_daily_conversations_per_business'] },
    { without: ['current_limit'] },
  ],
}

interface Variant {
  readonly without?: readonly string[]
  readonly with?: DocumentedPaths
}

interface Example {
  readonly field: string
  readonly account: string
  readonly paths: DocumentedPaths
}

/** The paths with a value that no other path of any field has, of the same kind. */
function withOwnValues(paths: DocumentedPaths, fieldIndex: number): DocumentedPaths {
  return Object.fromEntries(
    Object.entries(paths).map(([path, value], index) => {
      if (typeof value === 'boolean' || KEPT.has(path)) return [path, value]
      const own = `${fieldIndex + 10}${String(index).padStart(2, '0')}`
      if (typeof value === 'number') return [path, Number(ending(String(Math.trunc(value)), own))]
      return [path, /^\+?\d+$/.test(value) ? ending(value, own) : `${value} ${own}`]
    }),
  )
}

const ending = (digits: string, own: string): string =>
  `${digits.length > own.length ? digits.slice(0, -own.length) : digits}${own}`

const fields = Object.entries(documentedFields).map(([field, paths], index) => {
  const own = withOwnValues(paths, index)
  return { field, paths: own, variants: [{}, ...(OTHERS[field] ?? [])] as readonly Variant[] }
})

const examples: readonly Example[] = fields
  .flatMap(({ field, paths, variants }) =>
    variants.map((variant) => {
      const left = Object.entries(paths).filter(([path]) => !variant.without?.includes(path))
      return { field, paths: { ...Object.fromEntries(left), ...variant.with } }
    }),
  )
  .map((example, index) => ({ ...example, account: `77000000${index + 100}` }))

const renamed = Object.entries(documentedFields).map(([field, paths]) => ({
  field,
  paths: Object.fromEntries(
    Object.entries(paths).map(([path, value]) => [path.replace(/(\[\])?$/, '_new$1'), value]),
  ),
}))

const told = (field: string, account: string, paths: DocumentedPaths, offset: number): Told => ({
  receivedAt: AT + offset * 1_000,
  offset,
  body: Buffer.from(
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: account, changes: [{ field, value: toExample(paths) }] }],
    }),
  ),
})

type Row = Readonly<Record<string, unknown>>

/** Whether a cell has the value, as it stands in the body or as a time. */
function isShown(cell: unknown, value: unknown): boolean {
  if (String(cell) === String(value)) return true
  if (typeof cell !== 'string' || !/^\d{4}-\d\d-\d\d \d/.test(cell)) return false
  const seconds = Date.parse(`${cell.replace(' ', 'T')}Z`) / 1_000
  return seconds === Number(value) || seconds === Date.parse(`${String(value)} UTC`) / 1_000
}

describe('what the provider documents of account webhooks', () => {
  let tables: StoryTables
  const views = new Map<string, readonly Row[]>()
  const rowsOf = (view: string): readonly Row[] => views.get(view) ?? []

  beforeAll(async () => {
    tables = await createStoryTables()
    await tables.insert(
      toRows(
        examples.map(({ account, field, paths }, offset) => told(field, account, paths, offset)),
      ),
    )
    const columns = Object.values(shownPaths).flatMap((paths) => Object.values(paths))
    const named = columns.map((column) => column.split('.')[0] ?? '')
    for (const view of new Set([...named, 'account_event_fields', 'unknown_fields'])) {
      views.set(view, await tables.ask<Row>(`SELECT * FROM wa.${view}`))
    }
  }, 120_000)
  afterAll(() => tables.drop())

  it('differs at each path of a view', () => {
    for (const { field, paths } of fields) {
      const shown = Object.keys(shownPaths[field] ?? {}).map((path) => paths[path])
      expect(new Set(shown).size).toBe(shown.length)
    }
  })

  it.each(examples)('is shown by account_event_fields, path by path: $field $account', (one) => {
    const shown = rowsOf('account_event_fields').filter((row) => row['account_id'] === one.account)
    expect(
      Object.fromEntries(shown.map(({ path, value }) => [String(path), String(value)])),
    ).toEqual(
      Object.fromEntries(Object.entries(one.paths).map(([path, value]) => [path, String(value)])),
    )
    expect(shown).toHaveLength(Object.keys(one.paths).length)
  })

  const named = Object.entries(shownPaths).flatMap(([field, paths]) =>
    Object.entries(paths).map(([path, column]) => ({ field, path, column })),
  )
  it.each(named)('has a column of its own: $field $path in $column', ({ column, field, path }) => {
    const value = fields.find((one) => one.field === field)?.paths[path]
    const [view = '', name = ''] = column.split('.')
    expect(value).toBeDefined()
    expect(rowsOf(view).filter((row) => isShown(row[name], value))).not.toEqual([])
  })

  it('is in no part an unknown field', () => {
    expect(rowsOf('unknown_fields')).toEqual([])
  })

  it('is an unknown field wherever it is renamed', async () => {
    const again = renamed.map(({ field, paths }, index) =>
      told(field, `78000000${index + 100}`, paths, 1_000 + index),
    )
    const repeated = again.map((one, index) => ({ ...one, offset: 2_000 + index }))
    await tables.insert(toRows([...again, ...repeated]))
    const found = await tables.ask<Row>(
      `SELECT field, path, toUInt32(events) AS events, raw_offset FROM wa.unknown_fields
       ORDER BY raw_offset, path`,
    )
    expect(found).toEqual(
      renamed.flatMap(({ field, paths }, index) =>
        Object.keys(paths)
          .toSorted()
          .map((path) => ({ field, path, events: 1, raw_offset: 1_000 + index })),
      ),
    )
  })
})
