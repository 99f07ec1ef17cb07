import { databaseName, topicNames } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { belowEnds } from './raw-ends.ts'
import { firstDay, type ComparisonScope, scopeOf } from './scope.ts'
import { readSharedTables } from './shared-tables.ts'
import { type GenerationPair } from './timeline-differences.ts'

export interface RowCount {
  readonly table: string
  readonly live: number
  readonly other: number
  /** False if two right generations may differ, or if new rows are counted as well. */
  readonly isExact: boolean
}

const { raw } = topicNames(1)
const lettersBelowEnds = 'offset < {ends:Array(UInt64)}[partition + 1]'

/** Transitions are notifications: how many there are depends on the order in which facts came. */
const counted: readonly {
  readonly table: string
  readonly isExact: boolean
  readonly where: (generation: number) => string
}[] = [
  { table: 'raw_webhooks', isExact: true, where: () => belowEnds },
  { table: 'message_events', isExact: true, where: () => belowEnds },
  { table: 'errors', isExact: true, where: () => belowEnds },
  { table: 'account_events', isExact: true, where: () => belowEnds },
  { table: 'message_content', isExact: true, where: () => belowEnds },
  {
    table: 'dead_letters',
    isExact: true,
    where: (generation) =>
      `generation = ${generation} AND topic = '${raw}' AND ${lettersBelowEnds}`,
  },
  { table: 'message_timeline', isExact: false, where: () => 'true' },
  { table: 'status_transitions', isExact: false, where: () => 'true' },
  { table: 'contact_aliases', isExact: false, where: () => 'true' },
]

/** Rows of each table; where rows have a raw position, only those below the ends. */
export async function countComparedRows(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  scope: ComparisonScope,
): Promise<readonly RowCount[]> {
  const { live, other } = pair
  const shared = await readSharedTables(clickhouse, pair)
  const counts: RowCount[] = []
  for (const { table, isExact, where } of counted.filter((one) => shared.has(one.table))) {
    const since = isExact ? ` AND toDate(received_at) >= ${firstDay(scopeOf(table, scope))}` : ''
    const count = async (generation: number): Promise<number> => {
      const [row] = await clickhouse.query<{ readonly rows: number }>(
        `
        SELECT count() AS rows FROM ${databaseName(generation)}.${table} FINAL
        WHERE ${where(generation)}${since}`,
        { ends: scope.ends },
      )
      return row?.rows ?? 0
    }
    counts.push({ table, isExact, live: await count(live), other: await count(other) })
  }
  return counts
}
