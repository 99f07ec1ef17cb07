import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../clickhouse-client.ts'
import { runStatement } from '../migrations/run-statement.ts'
import { messageViews } from './message-views.ts'
import { type ViewDefinition } from './view-definition.ts'
import { webhookViews } from './webhook-views.ts'

/** Where analysts look. */
export const defaultViewsDatabase = 'wa'

const views: readonly ViewDefinition[] = [...messageViews, ...webhookViews]

/** Makes all of the analysts' views show one generation, one view after the other. Repeatable. */
export async function pointViews({ client, generation, viewsDatabase = defaultViewsDatabase }: {
  readonly client: ClickHouse
  readonly generation: number
  readonly viewsDatabase?: string
}): Promise<void> {
  await runStatement(client, `CREATE DATABASE IF NOT EXISTS ${viewsDatabase}`)
  const source = databaseName(generation)
  for (const { name, select } of views) {
    const text = select({ source, views: viewsDatabase, generation })
    await runStatement(client, `CREATE OR REPLACE VIEW ${viewsDatabase}.${name} AS ${text}`)
  }
  // Last, so that an interrupted move is repeated.
  await runStatement(client, `CREATE OR REPLACE VIEW ${viewsDatabase}.generation AS
    SELECT toUInt32(${generation}) AS generation`)
}

/** The generation that analysts see; undefined when there are no views yet. */
export async function readViewsGeneration(
  client: ClickHouse,
  viewsDatabase: string = defaultViewsDatabase,
): Promise<number | undefined> {
  const [found] = await client.query<{ readonly text: string }>(
    `SELECT as_select AS text FROM system.tables
     WHERE database = {database:String} AND name = 'generation'`,
    { database: viewsDatabase })
  const generation = found === undefined ? undefined : GENERATION.exec(found.text)?.[1]
  return generation === undefined ? undefined : Number(generation)
}

const GENERATION = /toUInt32\((\d+)\)/
