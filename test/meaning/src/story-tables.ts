import {
  createClickHouse,
  databasesOfViews,
  encodeRow,
  insertColumns,
  migrate,
  type NumberTimeZones,
  rollUp,
  setTimeZones,
  settlePersons,
  type TableRow,
} from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { copyTemplate, stackFromEnv } from '@wabastream/testing'

const rolledUpTables = ['funnel_rollup', 'quality_rollup', 'billing_rollup']
const settledTables = ['alias_marks', 'settled_persons', 'settled_aliases']

/** Tables and views of one test, on the real engine. */
export interface StoryTables {
  readonly generation: number
  /** Rows of a query, in which `wa.` and `wa_analysis.` stand for the databases of the views. */
  ask<Row>(query: string): Promise<readonly Row[]>
  /** As `NUMBER_TIME_ZONES` does. */
  setTimeZones(zones: NumberTimeZones): Promise<void>
  /** Names of all views. */
  views(): Promise<readonly string[]>
  insert(rows: readonly TableRow[]): Promise<void>
  /** Merges what was inserted, as ClickHouse does sooner or later. */
  merge(): Promise<void>
  /** Counts and settles everything, as the sink does of what is left alone. */
  rollUp(): Promise<void>
  empty(): Promise<void>
  drop(): Promise<void>
}

export async function createStoryTables(): Promise<StoryTables> {
  const generation = 1_000_000 + Math.floor(Math.random() * 1_000_000_000)
  const client = createClickHouse({ url: stackFromEnv().clickhouseUrl })
  const database = databaseName(generation)
  const views = `wa_story_${generation}`
  await copyTemplate({
    client,
    generation,
    viewsDatabase: views,
    make: (template) => migrate({ client, retentionDays: 36_500, ...template }),
  })
  const tables = Object.keys(insertColumns) as (keyof typeof insertColumns)[]
  const allTables = [
    ...tables,
    'template_categories',
    'group_timeline',
    'day_marks',
    ...rolledUpTables,
    ...settledTables,
  ]
  return {
    async setTimeZones(zones) {
      await setTimeZones(client, views, zones)
    },
    async views() {
      const found = await client.query<{ readonly name: string }>(
        `SELECT name FROM system.tables WHERE database = '${views}'`,
      )
      return found.map(({ name }) => name)
    },
    generation,
    ask: <Row>(query: string) =>
      client.query<Row>(
        query.replaceAll('wa_analysis.', `${views}_analysis.`).replaceAll('wa.', `${views}.`),
      ),
    async insert(rows) {
      for (const table of tables) {
        const lines = rows.filter((row) => row.table === table).map(({ cells }) => encodeRow(cells))
        if (lines.length === 0) continue
        await client.insert({ database, table, columns: insertColumns[table] }, [
          Buffer.from(lines.join('\n')),
        ])
      }
    },
    async merge() {
      for (const table of allTables) {
        await client.command(`OPTIMIZE TABLE ${database}.${table} FINAL`)
      }
    },
    async rollUp() {
      await rollUp({ client, database, viewsDatabase: views, quietMs: 0 })
      await settlePersons({ client, database, insertMsMax: 0 })
      // Views look at it after a while.
      await client.command(`INSERT INTO ${database}.settled_aliases (through, settled_at)
        SELECT max(through), now64(6, 'UTC') - toIntervalHour(1) FROM ${database}.settled_aliases`)
    },
    async empty() {
      for (const table of allTables) {
        await client.command(`TRUNCATE TABLE ${database}.${table}`)
      }
    },
    async drop() {
      for (const made of databasesOfViews(views)) {
        await client.command(`DROP DATABASE IF EXISTS ${made}`)
      }
      await client.command(`DROP DATABASE IF EXISTS ${database}`)
      await client.close()
    },
  }
}
