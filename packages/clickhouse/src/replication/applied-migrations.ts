import { createHash } from 'node:crypto'
import { PortError } from '@wabastream/processing'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { sqlText } from '../client/sql-literal.ts'
import { type Migration } from '../migrations/migration.ts'
import { runStatement } from '../migrations/run-statement.ts'

/** A migration that has run is not the one that this version would run: a person has to look. */
export class MigrationError extends PortError<'migration_edited'> {
  override readonly name = 'MigrationError'

  constructor(message: string) {
    super('migration_edited', message)
  }
}

export async function createMigrationsTable(client: ClickHouse, database: string): Promise<void> {
  await runStatement(client, `CREATE DATABASE IF NOT EXISTS ${database}`)
  await runStatement(
    client,
    `
    CREATE TABLE IF NOT EXISTS ${database}.migrations (
      id UInt32, name String, checksum String, applied_at DateTime('UTC') DEFAULT now('UTC')
    ) ENGINE = ReplacingMergeTree ORDER BY id`,
  )
}

export async function readApplied(
  client: ClickHouse,
  database: string,
): Promise<ReadonlyMap<number, string>> {
  const rows = await client.query<{ readonly id: number; readonly checksum: string }>(
    `SELECT id, checksum FROM ${database}.migrations FINAL`,
  )
  return new Map(rows.map(({ id, checksum }) => [id, checksum]))
}

/** Throws MigrationError when it was edited after it had been applied. */
export function isApplied(applied: ReadonlyMap<number, string>, migration: Migration): boolean {
  const recorded = applied.get(migration.id)
  if (recorded === undefined) return false
  if (recorded === checksumOf(migration)) return true
  throw new MigrationError(
    `migration ${migration.id} (${migration.name}) was edited after it had been applied: ` +
      'restore its text and add a new migration',
  )
}

export async function recordApplied(
  client: ClickHouse,
  database: string,
  migration: Migration,
): Promise<void> {
  await runStatement(
    client,
    `
    INSERT INTO ${database}.migrations (id, name, checksum)
    VALUES (${migration.id}, ${sqlText(migration.name)}, ${sqlText(checksumOf(migration))})`,
  )
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.statement('')).digest('hex').slice(0, 16)
}
