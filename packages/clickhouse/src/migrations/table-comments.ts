import { type ClickHouse } from '../client/clickhouse-client.ts'
import { sqlText } from '../client/sql-literal.ts'
import { tableTexts } from '../dictionary/table-texts.ts'
import { runStatement } from './run-statement.ts'

/** Says of every table what it holds, where its comment says something else. */
export async function ensureTableComments(client: ClickHouse, database: string): Promise<void> {
  const tables = await client.query<{ readonly name: string; readonly comment: string }>(
    'SELECT name, comment FROM system.tables WHERE database = {database:String}',
    { database },
  )
  for (const { name, comment } of tables) {
    const text = tableTexts[name]
    if (text === undefined || text === comment) continue
    await runStatement(client, `ALTER TABLE ${database}.${name} MODIFY COMMENT ${sqlText(text)}`)
  }
}
