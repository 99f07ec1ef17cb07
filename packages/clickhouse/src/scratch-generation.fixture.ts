import { databaseName } from '@wabastream/contracts'
import { copyTemplate, stackFromEnv } from '@wabastream/testing'
import { type ClickHouse, createClickHouse } from './client/clickhouse-client.ts'
import { migrate } from './migrations/migrate.ts'
import { encodeRow } from './rows/cells.ts'
import { type TableRow } from './rows/to-table-rows.ts'
import { insertColumns } from './rows/tables.ts'
import { databasesOfViews } from './analysis/analysis-views.ts'

export interface ScratchGeneration {
  readonly clickhouseUrl: string
  readonly client: ClickHouse
  readonly generation: number
  readonly database: string
  /** Database of the views. */
  readonly views: string
  insert(rows: readonly TableRow[]): Promise<void>
  /** Of what is made of timelines only counts of days stay: write a day again to read it. */
  emptyTimelines(): Promise<void>
  drop(): Promise<void>
}

/** Migrated tables and views for one test alone. */
export async function createScratchGeneration(): Promise<ScratchGeneration> {
  const generation = 1_000_000 + Math.floor(Math.random() * 1_000_000_000)
  const { clickhouseUrl } = stackFromEnv()
  const client = createClickHouse({ url: clickhouseUrl })
  const database = databaseName(generation)
  const views = `wa_test_${generation}`
  await copyTemplate({
    client,
    generation,
    viewsDatabase: views,
    make: (template) => migrate({ client, retentionDays: 36_500, ...template }),
  })
  return {
    clickhouseUrl,
    client,
    generation,
    database,
    views,
    async insert(rows) {
      for (const table of new Set(rows.map((row) => row.table))) {
        const lines = rows.filter((row) => row.table === table).map(({ cells }) => encodeRow(cells))
        await client.insert({ database, table, columns: insertColumns[table] }, [
          Buffer.from(lines.join('\n')),
        ])
      }
    },
    async emptyTimelines() {
      for (const table of ['message_timeline', 'group_timeline']) {
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
