import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { sqlText } from '../client/sql-literal.ts'
import { cellOf } from './cell-of.ts'
import { type KindCount } from './kinds.ts'
import { firstDay, type ComparisonScope } from './scope.ts'
import { type GenerationPair } from './timeline-differences.ts'

export interface ComparedColumns {
  /** Columns of both generations that may not differ. */
  readonly compared: readonly string[]
  /** Columns that only one generation has. */
  readonly onlyLive: readonly string[]
  readonly onlyOther: readonly string[]
}

/** The columns of a table in two generations, which different versions may have made. */
export async function readComparedColumns(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  {
    table,
    uncompared,
    accepted,
  }: {
    readonly table: string
    readonly uncompared: ReadonlySet<string>
    readonly accepted: ReadonlySet<string>
  },
): Promise<ComparedColumns> {
  const read = async (generation: number): Promise<readonly string[]> => {
    const rows = await clickhouse.query<{ readonly name: string }>(`
      SELECT name FROM system.columns
      WHERE database = ${sqlText(databaseName(generation))} AND table = ${sqlText(table)}
        AND default_kind NOT IN ('ALIAS', 'EPHEMERAL', 'MATERIALIZED')
      ORDER BY position`)
    return rows.map(({ name }) => name).filter((name) => !uncompared.has(name))
  }
  const [live, other] = await Promise.all([read(pair.live), read(pair.other)])
  return {
    compared: live.filter((name) => other.includes(name) && !accepted.has(`${table}.${name}`)),
    onlyLive: live.filter((name) => !other.includes(name)),
    onlyOther: other.filter((name) => !live.includes(name)),
  }
}

/** Rows that hold something in a column that the other generation does not have. */
export async function countLoneColumns(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  {
    table,
    age,
    columns,
    scope,
  }: {
    readonly table: string
    /** The column from which the age of a row counts. */
    readonly age: string
    readonly columns: ComparedColumns
    readonly scope: ComparisonScope
  },
): Promise<readonly KindCount[]> {
  const count = async (
    kind: string,
    generation: number,
    names: readonly string[],
  ): Promise<readonly KindCount[]> => {
    if (names.length === 0) return []
    const says = names.map(
      (name) => `${cellOf(name)} != ${cellOf(`defaultValueOfArgumentType(${name})`)}`,
    )
    const [row] = await clickhouse.query<{ readonly rows: number }>(`
      SELECT count() AS rows FROM ${databaseName(generation)}.${table} FINAL
      WHERE toDate(${age}) >= ${firstDay(scope)} AND (${says.join(' OR ')})`)
    const rows = row?.rows ?? 0
    return rows === 0 ? [] : [{ kind, table, count: rows, example: names.join(', ') }]
  }
  return [
    ...(await count('missing_column', pair.live, columns.onlyLive)),
    ...(await count('new_column', pair.other, columns.onlyOther)),
  ]
}
