import { describe, expect, it } from '@jest/globals'
import { PendingBatch, type TableRows } from './pending-batch.ts'
import { type InsertFailure } from './sink-port.ts'
import { textPartition } from './text-sink.fixture.ts'
import { createTableWriter } from './table-writer.ts'

class Failure extends Error {
  readonly failure: InsertFailure

  constructor(cause: InsertFailure) {
    super(cause)
    this.failure = cause
  }
}

const ROWS = 1_024

function batchOf(rowCount: number): {
  readonly batch: PendingBatch<string, string>
  readonly rows: TableRows<string>
} {
  const batch = new PendingBatch(textPartition, rowCount)
  for (let offset = 0; offset < rowCount; offset += 1) {
    batch.add(`row <${offset}>`, {
      offset,
      receivedAtMs: offset,
      value: Buffer.from(`bytes of ${offset}`),
    })
  }
  const rows = batch.takeRows(() => true)[0]
  if (rows === undefined) throw new Error('no rows')
  return { batch, rows }
}

function harness(insert: (lines: string, attempt: number) => void, schemaRetryMs = 1) {
  const inserted: string[] = []
  const causes: InsertFailure[] = []
  let attempts = 0
  const writer = createTableWriter<string>({
    schemaRetryMs,
    retryMinMs: 1,
    retryMaxMs: 2,
    confirmAfterMs: [1, 1],
    classify: (error) => (error instanceof Failure ? error.failure : 'unavailable'),
    onFailed: ({ cause }) => {
      causes.push(cause)
    },
    onInserted: () => {},
    async insert(_, bytes) {
      const lines = Buffer.from(bytes).toString()
      insert(lines, attempts++)
      inserted.push(...lines.trim().split('\n'))
    },
  })
  return { writer, inserted, causes, attempts: () => attempts }
}

const refuse =
  (...messageIds: string[]) =>
  (lines: string) => {
    if (messageIds.some((id) => lines.includes(`<${id}>`))) throw new Failure('bad_rows')
  }

describe('the table writer', () => {
  const { signal } = new AbortController()

  it('halves bad rows out of a batch and inserts each of the others once', async () => {
    const { batch, rows } = batchOf(ROWS)
    const { writer, inserted, attempts } = harness(refuse('7', '900'))
    const rejected = await writer.write(batch, rows, signal)
    expect(rejected.map(({ source }) => [source.offset, String(source.value)]).toSorted()).toEqual([
      [7, 'bytes of 7'],
      [900, 'bytes of 900'],
    ])
    expect(new Set(inserted).size).toBe(ROWS - 2)
    expect(inserted).toHaveLength(ROWS - 2)
    // Each of the two is tried twice more.
    expect(attempts()).toBeLessThanOrEqual(1 + 2 * 2 * Math.log2(ROWS) + 2 * 2)
  })

  it.each([1, 2])(
    'does not give up a single row when only %s answers call it bad',
    async (answers) => {
      const { batch, rows } = batchOf(1)
      const { writer, inserted, causes } = harness((_, attempt) => {
        if (attempt < answers) throw new Failure('bad_rows')
      })
      expect(await writer.write(batch, rows, signal)).toEqual([])
      expect(causes).toHaveLength(answers)
      expect(inserted).toHaveLength(1)
    },
  )

  it('does not give up a single row when the server goes away meanwhile', async () => {
    const { batch, rows } = batchOf(1)
    const { writer, causes } = harness((_, attempt) => {
      if (attempt < 5) throw new Failure(attempt === 0 ? 'bad_rows' : 'unavailable')
    })
    expect(await writer.write(batch, rows, signal)).toEqual([])
    expect(causes.slice(0, 2)).toEqual(['bad_rows', 'unavailable'])
  })

  it('rejects nothing when every row is bad, but stops: the table is wrong', async () => {
    const { batch, rows } = batchOf(ROWS)
    const { writer, inserted, causes, attempts } = harness(() => {
      if (!causes.includes('broken_schema')) throw new Failure('bad_rows')
    })
    expect(await writer.write(batch, rows, signal)).toEqual([])
    expect(inserted).toHaveLength(ROWS)
    // 400 inserts look for the bad rows, then one takes them all.
    expect(attempts()).toBe(401)
  })

  it('waits out a missing table and never drops', async () => {
    const { batch, rows } = batchOf(3)
    const { writer, inserted, causes } = harness((_, attempt) => {
      if (attempt < 4) throw new Failure('broken_schema')
    })
    expect(await writer.write(batch, rows, signal)).toEqual([])
    expect(causes).toEqual(['broken_schema', 'broken_schema', 'broken_schema', 'broken_schema'])
    expect(inserted).toHaveLength(3)
  })

  it('treats an unknown error as one that passes', async () => {
    const { batch, rows } = batchOf(3)
    const { writer, causes } = harness((_, attempt) => {
      if (attempt < 2) throw new Error('strange')
    })
    expect(await writer.write(batch, rows, signal)).toEqual([])
    expect(causes).toEqual(['unavailable', 'unavailable'])
  })

  it('gives up when the partition is taken away', async () => {
    const { batch, rows } = batchOf(3)
    const closing = new AbortController()
    const { writer } = harness(() => {
      closing.abort(new Error('taken away'))
      throw new Failure('unavailable')
    }, 60_000)
    await expect(writer.write(batch, rows, closing.signal)).rejects.toThrow('aborted')
  })

  it('leaves the memory of rows alone that a failed insert may still be sending', async () => {
    const { batch, rows } = batchOf(1)
    const sent = rows.lines.slice(0, 1)
    const { writer } = harness((_, attempt) => {
      if (attempt === 0) throw new Failure('unavailable')
    })
    await writer.write(batch, rows, new AbortController().signal)
    batch.free()
    const { rows: others } = batchOf(ROWS)
    expect(others.lines.count).toBe(ROWS)
    expect(sent.toString()).toBe('row <0>\n')
  })
})
