import { setTimeout as delay } from 'node:timers/promises'
import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { runStatement } from '../migrations/run-statement.ts'
import { findMissingColumns } from '../rows/verify-tables.ts'
import { tableTexts } from '../dictionary/table-texts.ts'
import { toColumnComment, toViewComment, type ViewText } from '../dictionary/view-text.ts'
import { webhookTexts } from '../dictionary/webhook-texts.ts'
import { sqlText } from '../client/sql-literal.ts'
import { allViews, viewTexts } from './all-views.ts'
import {
  createAnalysis,
  makePseudonymKey,
  replaceAnalysisViews,
} from '../analysis/analysis-views.ts'
import { createDetectionLog } from '../detections/detection-log.ts'
import { areMade, recordMade } from '../analysis/made-views.ts'
import { createTimeZones } from './number-time-zones.ts'
import { defaultViewsDatabase, type ViewDefinition } from './view-definition.ts'

// Analysts need no grant on the tables, because a view reads them as the user who made it. This
// does not hold during a move: then each such view asks separately which generation is shown, and
// two could differ.
const AS_DEFINER = 'DEFINER = CURRENT_USER SQL SECURITY DEFINER'

// A query looks up its views one after the other. One that began before the step must find all of
// them as they were then, or it would see the old generation beside the new one.
const ANALYSIS_MS_MAX = 5_000

/**
 * Makes all of the analysts' views show one generation, in one step: nobody sees views of different
 * generations side by side. It can be repeated, which completes a move that was interrupted, and
 * does nothing where all of them are as they should be.
 */
export async function pointViews({
  client,
  others = [],
  generation,
  viewsDatabase = defaultViewsDatabase,
}: {
  readonly client: ClickHouse
  /** The other servers of a cluster: all of them take the step at once. */
  readonly others?: readonly ClickHouse[] | undefined
  readonly generation: number
  readonly viewsDatabase?: string
}): Promise<void> {
  const servers = [client, ...others]
  for (const server of servers) {
    await createMoves(server, viewsDatabase)
    await createAnalysis(server, viewsDatabase)
  }
  await makePseudonymKey(client, viewsDatabase)
  const left = await readViewsGeneration(client, viewsDatabase)
  const views = allViews.map((view) => ({
    name: `${viewsDatabase}.${view.name}`,
    text: view.text,
    body: `${AS_DEFINER} AS ${selectOf(view, generation, viewsDatabase)}`,
  }))
  const made = { viewsDatabase, source: databaseName(generation), views }
  if (left === generation) {
    const all = await Promise.all(servers.map((server) => areMade(server, made)))
    if (!all.includes(false)) return
  }
  const isMove = left !== undefined && left !== generation
  if (isMove && (await isComplete(client, left))) {
    for (const server of servers) {
      await showEither(server, viewsDatabase, { left, generation })
    }
  }
  await recordMove(client, viewsDatabase, { from: left, to: generation })
  if (isMove) await delay(ANALYSIS_MS_MAX)
  for (const server of servers) {
    for (const view of views) await createView(server, view)
    await replaceAnalysisViews(server, { viewsDatabase, texts: viewTexts, rights: AS_DEFINER })
    await recordMade(server, made)
  }
}

const selectOf = ({ select }: ViewDefinition, shown: number, viewsDatabase: string): string =>
  select({ source: databaseName(shown), views: viewsDatabase, generation: shown })

/** Views that show one of two generations, as the record of moves says. */
async function showEither(
  server: ClickHouse,
  viewsDatabase: string,
  { left, generation }: { readonly left: number; readonly generation: number },
): Promise<void> {
  const isShown = (shown: number): string =>
    `(SELECT generation FROM ${viewsDatabase}.generation) = ${shown}`
  for (const view of allViews) {
    const now = selectOf(view, left, viewsDatabase)
    const then = selectOf(view, generation, viewsDatabase)
    // A view that reads only other views has one text, because what it reads is switched.
    const both =
      now === then
        ? now
        : [
            `SELECT * FROM (${now}) WHERE ${isShown(left)}`,
            `SELECT * FROM (${then}) WHERE ${isShown(generation)}`,
          ].join(' UNION ALL ')
    const name = `${viewsDatabase}.${view.name}`
    await runStatement(server, `CREATE OR REPLACE VIEW ${name} AS ${both}`)
  }
  await replaceAnalysisViews(server, { viewsDatabase, texts: viewTexts, rights: '' })
}

async function createView(
  client: ClickHouse,
  { name, text, body }: { readonly name: string; readonly text: ViewText; readonly body: string },
): Promise<void> {
  await runStatement(
    client,
    `CREATE OR REPLACE VIEW ${name} ${body} COMMENT ${sqlText(toViewComment(text))}`,
  )
  if (text.parameters !== undefined) return
  const comments = Object.entries(text.columns).map(
    ([column, one]) => `COMMENT COLUMN ${column} ${sqlText(toColumnComment(one))}`,
  )
  await runStatement(client, `ALTER TABLE ${name} ${comments.join(', ')}`)
}

/**
 * The table that says which generation is shown; its one new row is the step of a move. And what
 * is of whatever generation: what people say (which aliases are wrong, and which time zone a number
 * has), and what was detected.
 */
async function createMoves(client: ClickHouse, viewsDatabase: string): Promise<void> {
  await createTimeZones(client, viewsDatabase)
  await createDetectionLog(client, viewsDatabase)
  await runStatement(
    client,
    `
    CREATE TABLE IF NOT EXISTS ${viewsDatabase}.contact_alias_exclusions (
      scope String, left_id String, right_id String, reason String,
      excluded_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
    ) ENGINE = ReplacingMergeTree ORDER BY (scope, left_id, right_id)`,
  )
  await runStatement(
    client,
    `
    CREATE TABLE IF NOT EXISTS ${viewsDatabase}.generation_moves (
      step UInt64, generation UInt32, moved_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
    ) ENGINE = MergeTree ORDER BY step`,
  )
  await createView(client, {
    name: `${viewsDatabase}.generation`,
    text: webhookTexts.generation,
    body: `AS SELECT argMax(generation, step) AS generation FROM ${viewsDatabase}.generation_moves`,
  })
}

async function recordMove(
  client: ClickHouse,
  viewsDatabase: string,
  move: {
    readonly from: number | undefined
    readonly to: number
  },
): Promise<void> {
  if (move.from === move.to) return
  const moves = `${viewsDatabase}.generation_moves`
  await runStatement(
    client,
    `INSERT INTO ${moves} (step, generation)
    SELECT ifNull(max(step), 0) + 1, ${move.to} FROM ${moves}`,
  )
}

/** A generation that was dropped, or that an older version made, can't be shown before the step. */
async function isComplete(client: ClickHouse, generation: number): Promise<boolean> {
  const database = databaseName(generation)
  if ((await findMissingColumns(client, database)).length > 0) return false
  const tables = await client.query<{ readonly name: string }>(
    'SELECT name FROM system.tables WHERE database = {database:String}',
    { database },
  )
  const names = new Set(tables.map(({ name }) => name))
  return Object.keys(tableTexts).every((name) => names.has(name))
}

/** The generation that analysts see; undefined when there are no views yet. */
export async function readViewsGeneration(
  client: ClickHouse,
  viewsDatabase: string = defaultViewsDatabase,
): Promise<number | undefined> {
  const tables = await client.query<{ readonly name: string }>(
    `SELECT name FROM system.tables
     WHERE database = {database:String} AND name = 'generation_moves'`,
    { database: viewsDatabase },
  )
  if (tables.length === 0) return undefined
  const [found] = await client.query<{ readonly generation: number }>(
    `SELECT generation FROM ${viewsDatabase}.generation_moves ORDER BY step DESC LIMIT 1`,
  )
  return found?.generation
}
