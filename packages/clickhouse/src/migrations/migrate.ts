import { setTimeout as delay } from 'node:timers/promises'
import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { webhooksByDay } from '../reconciliation/0071-webhooks-by-day.ts'
import { lettersOfDestinations } from '../reconciliation/0103-letters-of-destinations.ts'
import { markedRead } from '../read-receipts/0104-marked-read.ts'
import { joinServers } from '../replication/join-servers.ts'
import { settledPersons } from '../settled/0080-settled-persons.ts'
import { settlePersons } from '../settled/settle-persons.ts'
import { createTimeZones, type NumberTimeZones, setTimeZones } from '../views/number-time-zones.ts'
import { pointViews, readViewsGeneration } from '../views/point-views.ts'
import { defaultViewsDatabase } from '../views/view-definition.ts'
import { messageTables } from './0001-message-tables.ts'
import { webhookTables } from './0004-webhook-tables.ts'
import { reconciliationTables } from './0009-reconciliation-tables.ts'
import { transitionKey } from './0012-transition-key.ts'
import { timelineMeaning } from './0016-timeline-meaning.ts'
import { eventDimensions } from './0017-event-dimensions.ts'
import { contentAndAliases } from './0018-content-and-aliases.ts'
import { templateDimensions } from './0020-template-dimensions.ts'
import { tablesByDay } from './0022-timelines-by-day.ts'
import { numbers } from './0040-numbers.ts'
import { numberOfAccountEvents } from './0042-number-of-account-events.ts'
import { aliasesOfTimelines } from './0043-aliases-of-timelines.ts'
import { earlierDays, rollupTables } from './0044-rollups.ts'
import { earlierTemplates, templateCategories } from './0050-template-categories.ts'
import { eventsByDay } from './0053-events-by-day.ts'
import { earlierGroups, groupTimelines } from './0100-group-timelines.ts'
import { loadErrorCodes } from '../error-codes/error-catalogue.ts'
import {
  createMigrationsTable,
  isApplied,
  readApplied,
  recordApplied,
} from '../replication/applied-migrations.ts'
import { type Migration } from './migration.ts'
import { ensureRetention } from './retention.ts'
import { retryFewTimes, runStatement } from './run-statement.ts'
import { ensureTableComments } from './table-comments.ts'

export interface MigrateOptions {
  readonly client: ClickHouse
  /** The other servers of a cluster, each by its own address; absent if there is no cluster. */
  readonly others?: readonly ClickHouse[] | undefined
  readonly generation: number
  /** Rows older than this are deleted by the server. */
  readonly retentionDays: number
  /** Texts and names older than this are; 0, or nothing, keeps them as long as rows. */
  readonly contentRetentionDays?: number | undefined
  /** Of the views' days; without it they stay as they are, which is UTC at first. */
  readonly numberTimeZones?: NumberTimeZones | undefined
  /** Gets one line for a person for each thing done. */
  readonly onProgress?: (line: string) => void
  /** Database of the analysts' views. Only tests use another one than `wa`. */
  readonly viewsDatabase?: string
  /**
   * Waits until inserts that are under way have ended, which they have after the duration (ms);
   * without it, for the whole duration. `untilInsertsEnded` sees all of them on a single server.
   */
  readonly waitMs?: ((durationMs: number) => Promise<unknown>) | undefined
}

const migrations: readonly Migration[] = [
  ...messageTables,
  ...webhookTables,
  ...reconciliationTables,
  ...transitionKey,
  ...timelineMeaning,
  ...eventDimensions,
  ...contentAndAliases,
  ...templateDimensions,
  ...tablesByDay,
  ...numbers,
  ...numberOfAccountEvents,
  ...aliasesOfTimelines,
  ...rollupTables,
  ...templateCategories,
  ...eventsByDay,
  ...webhooksByDay,
  ...settledPersons,
  ...groupTimelines,
  ...lettersOfDestinations,
  ...markedRead,
  // What fills comes last: the first of them waits for inserts that fed none of the views.
  earlierGroups,
  earlierDays,
  earlierTemplates,
]

/**
 * Brings the tables of one generation up to date, forward only. Can be repeated and run by several
 * processes at once. The analysts' views are (re)created if they point at this generation or at
 * none; a generation beside the live one leaves them alone until `pointViews` moves them.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { client, generation, others, retentionDays, onProgress = () => {} } = options
  const database = databaseName(generation)
  const servers = [client, ...(others ?? [])]
  if (others !== undefined) await joinServers(servers, database, viewsDatabaseOf(options))
  // This comes first, because a name that the server does not know should leave nothing behind.
  await nameTimeZones(options, onProgress)
  for (const server of servers) await createMigrationsTable(server, database)
  await applyAll(servers, options, onProgress)
  const contentDays = contentDaysOf(options)
  for (const server of servers) {
    const limits = { client: server, database, retentionDays, contentDays }
    const changed = await ensureRetention(limits)
    if (changed > 0) {
      onProgress(`${database}: rows are kept for ${retentionDays} days, texts for ${contentDays}`)
    }
    await ensureTableComments(server, database)
  }
  await settlePersons({ client, database })
  await runStatement(client, loadErrorCodes(database))
  await createViews(options, onProgress)
}

/**
 * Each migration on every server before the next one, so that none is steps ahead: where inserts
 * have to wait, they wait on all. What renames, drops and sets is done by each for itself, what
 * adds to a table by the first for all, and rows that one inserts come to the others.
 */
async function applyAll(
  servers: readonly ClickHouse[],
  { generation, waitMs = delay }: MigrateOptions,
  onProgress: (line: string) => void,
): Promise<void> {
  const database = databaseName(generation)
  const applied = await Promise.all(servers.map((server) => readApplied(server, database)))
  for (const migration of migrations) {
    for (const [index, client] of servers.entries()) {
      if (isApplied(applied[index] ?? new Map(), migration)) continue
      if (index > 0 && isInsert(migration)) {
        await recordApplied(client, database, migration)
        continue
      }
      await apply({
        client,
        database,
        migration,
        onProgress,
        waitMs: async (durationMs) => {
          onProgress(`${database}: up to ${durationMs / 1_000} s until: ${migration.name}`)
          await waitMs(durationMs)
        },
      })
      onProgress(`${database}: ${migration.name}`)
    }
  }
}

const isInsert = ({ statement }: Migration): boolean => /^\s*INSERT\b/.test(statement(''))

/** Never longer than the rows that the texts are of, and the webhooks that both are made from. */
function contentDaysOf({ contentRetentionDays = 0, retentionDays }: MigrateOptions): number {
  return contentRetentionDays === 0 ? retentionDays : Math.min(contentRetentionDays, retentionDays)
}

/**
 * The names of migrations that are still to be run. All of them if the generation has no tables.
 * Throws MigrationError when one was edited after it had been applied.
 */
export async function findPendingMigrations(
  client: ClickHouse,
  generation: number,
): Promise<readonly string[]> {
  const database = databaseName(generation)
  const [table] = await client.query<{ readonly name: string }>(
    "SELECT name FROM system.tables WHERE database = {database:String} AND name = 'migrations'",
    { database },
  )
  const applied =
    table === undefined ? new Map<number, string>() : await readApplied(client, database)
  return migrations.filter((one) => !isApplied(applied, one)).map(({ name }) => name)
}

const viewsDatabaseOf = ({ viewsDatabase = defaultViewsDatabase }: MigrateOptions): string =>
  viewsDatabase

async function createViews(
  options: MigrateOptions,
  onProgress: (line: string) => void,
): Promise<void> {
  const { client, generation, others } = options
  const viewsDatabase = viewsDatabaseOf(options)
  const current = await readViewsGeneration(client, viewsDatabase)
  if (current !== undefined && current !== generation) {
    onProgress(`${viewsDatabase}: views stay at generation ${current}`)
    return
  }
  await pointViews({ client, others, generation, viewsDatabase })
  onProgress(`${viewsDatabase}: views of generation ${generation}`)
}

async function nameTimeZones(
  options: MigrateOptions,
  onProgress: (line: string) => void,
): Promise<void> {
  const { client, numberTimeZones, others = [] } = options
  const viewsDatabase = viewsDatabaseOf(options)
  if (numberTimeZones === undefined) return
  // A quorum of an insert needs the table on the other servers.
  for (const server of others) await createTimeZones(server, viewsDatabase)
  const changes = await setTimeZones(client, viewsDatabase, numberTimeZones)
  if (changes > 0) onProgress(`${viewsDatabase}: time zones of numbers set: ${changes}`)
}

async function apply({
  client,
  database,
  migration,
  onProgress,
  waitMs,
}: {
  readonly client: ClickHouse
  readonly database: string
  readonly migration: Migration
  readonly onProgress: (line: string) => void
  readonly waitMs: (durationMs: number) => Promise<unknown>
}): Promise<void> {
  const { delayMs = 0, done, slices, statement } = migration
  const run = (text: string, wait: () => Promise<unknown>): Promise<void> =>
    runStatement(client, text, { done: done?.(database), wait })
  const wait = (): Promise<unknown> => (delayMs === 0 ? Promise.resolve() : waitMs(delayMs))
  if (slices === undefined) {
    await run(statement(database), wait)
  } else {
    if (done === undefined || (await client.query(done(database))).length === 0) await wait()
    const rows = await retryFewTimes(() =>
      client.query<{ readonly slice: string }>(slices(database)),
    )
    for (const [index, { slice }] of rows.entries()) {
      await run(statement(database, slice), () => Promise.resolve())
      onProgress(`${database}: ${migration.name}: ${index + 1} of ${rows.length}`)
    }
  }
  // Recorded after the fact: a crash in between only repeats the statement.
  await recordApplied(client, database, migration)
}
