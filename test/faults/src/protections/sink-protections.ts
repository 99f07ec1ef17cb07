import { edit, type Protection } from './protection.ts'

/** Protections of the sink. */
export const sinkProtections: readonly Protection[] = [
  {
    name: 'bisection',
    case: 'sink-bad-row',
    edits: [
      edit(
        'packages/processing/src/sink/table-writer.ts',
        `if (span.to - span.from > 1) waiting.push(...halvesOf(span))
    else suspects`,
        'suspects',
      ),
    ],
  },
  {
    name: 'clickhouse-is-waited-for',
    case: 'sink-clickhouse-down',
    edits: [
      edit(
        'packages/processing/src/sink/until-done.ts',
        "if (cause === 'bad_rows') return { error }",
        'return { error }',
      ),
    ],
  },
  {
    name: 'failed-inserts-are-repeated',
    case: 'sink-inserts-spoiled',
    edits: [
      edit(
        'packages/processing/src/sink/until-done.ts',
        "if (cause === 'bad_rows') return { error }",
        `if (cause !== 'bad_rows') return undefined
      return { error }`,
      ),
    ],
  },
  {
    name: 'unanswered-inserts-time-out',
    case: 'sink-inserts-spoiled',
    edits: [
      edit(
        'packages/clickhouse/src/client/clickhouse-client.ts',
        'request_timeout: requestTimeoutMs ?? REQUEST_TIMEOUT_MS',
        'request_timeout: requestTimeoutMs ?? 3_600_000',
      ),
    ],
  },
  {
    name: 'commit-behind-the-insert',
    case: 'sink-killed',
    edits: [
      edit(
        'packages/processing/src/sink/partition-lane.ts',
        'await Promise.all(batches.map((batch) => writer.write(batch, signal, isWanted)))',
        `await this.#commit(batches)
    await Promise.all(batches.map((batch) => writer.write(batch, signal, isWanted)))`,
      ),
    ],
  },
  {
    name: 'no-position-behind-rows-left-out',
    case: 'sink-stopped',
    edits: [
      edit(
        'packages/processing/src/sink/partition-lane.ts',
        `if (!this.#takes || context.isStale()) return
    const results`,
        `if (context.isStale()) return
    const isLeftOut = !this.#takes
    const results`,
      ),
      edit(
        'packages/processing/src/sink/partition-lane.ts',
        `if (!this.#takes || context.isStale()) return
      results.push(result)`,
        `if (context.isStale()) return
      results.push(isLeftOut ? undefined : result)`,
      ),
    ],
  },
  {
    name: 'missing-table-is-no-bad-row',
    case: 'sink-table-missing',
    edits: [
      edit('packages/clickhouse/src/client/server-codes.ts', "[60, 'UNKNOWN_TABLE'],", ''),
      edit(
        'packages/clickhouse/src/client/server-codes.ts',
        "[6, 'CANNOT_PARSE_TEXT'],",
        "[6, 'CANNOT_PARSE_TEXT'], [60, 'UNKNOWN_TABLE'],",
      ),
    ],
  },
]
