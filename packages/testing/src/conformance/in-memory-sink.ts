import { type InsertFailure, PortError, type Sink, toInsertFailure } from '@wabastream/processing'

export interface InMemorySinkOptions<Value> {
  /** The row of a record: text without a line feed. */
  readonly toRow: (value: Value) => string
  /** Whether a row can never be read. */
  readonly refuses?: (row: string) => boolean
}

export interface InMemorySink<Value> extends Sink<Value, 'rows'> {
  /** Every row once, in the order of their first insert. */
  rows(): readonly string[]
  /** Makes every insert fail in this way; undefined ends that. */
  breakDown(cause: InsertFailure | undefined): void
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
      if (broken !== undefined) throw refusal(broken)
      const given = Buffer.concat(pieces).toString().split('\n').slice(0, -1)
      if (given.some(refuses)) throw refusal('bad_rows')
      for (const row of given) rows.add(row)
    },
    classify: toInsertFailure,
    rows: () => [...rows],
    breakDown(cause) {
      broken = cause
    },
  }
}

function refusal(failure: InsertFailure): PortError {
  return new PortError(failure, `rows are not taken: ${failure}`)
}
