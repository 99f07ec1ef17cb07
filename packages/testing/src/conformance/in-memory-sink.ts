import { type InsertFailure, type Sink } from '@wabastream/processing'

export interface InMemorySinkOptions<Value> {
  /** The row of a record: text without a line feed. */
  readonly toRow: (value: Value) => string
  /** Whether a row can never be read. */
  readonly refuses?: (row: string) => boolean
}

export interface InMemorySink<Value> extends Sink<Value, 'rows'> {
  /** Every row once, in the order of their first insert. */
  rows(): readonly string[]
  /** Every insert fails in this way; undefined ends it. */
  breakDown(cause: InsertFailure | undefined): void
}

class InMemorySinkFailure extends Error {
  readonly failure: InsertFailure

  constructor(failure: InsertFailure) {
    super(`rows are not taken: ${failure}`)
    this.name = 'InMemorySinkFailure'
    this.failure = failure
  }
}

/** The Sink port on a set of rows. */
export function createInMemorySink<Value>({
  toRow,
  refuses = () => false,
}: InMemorySinkOptions<Value>): InMemorySink<Value> {
  const rows = new Set<string>()
  let broken: InsertFailure | undefined
  return {
    openPartition: () => ({
      beginBatch: (lines) => ({
        add(value, _, sourceIndex) {
          lines.addLine('rows', toRow(value), sourceIndex)
        },
      }),
    }),
    async insert(_, pieces) {
      if (broken !== undefined) throw new InMemorySinkFailure(broken)
      const given = Buffer.concat(pieces).toString().split('\n').slice(0, -1)
      if (given.some(refuses)) throw new InMemorySinkFailure('bad_rows')
      for (const row of given) rows.add(row)
    },
    classify: (error) => (error instanceof InMemorySinkFailure ? error.failure : 'unavailable'),
    rows: () => [...rows],
    breakDown(cause) {
      broken = cause
    },
  }
}
