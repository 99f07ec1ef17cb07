import { existsSync } from 'node:fs'
import { cp, rm, writeFile } from 'node:fs/promises'
import { databaseName } from '@wabastream/contracts'
import { findPendingMigrations } from '@wabastream/clickhouse'
import { withEngine } from '../engine/engine.ts'
import {
  type DataFolder,
  type Manifest,
  readManifest,
  type Shape,
  writeManifest,
} from './data-folder.ts'
import { GENERATION, load } from './load.ts'

/**
 * Loads the folder, unless it has that data already in the tables of this version, or `reload`
 * says so.
 */
export async function ensureLoaded(
  folder: DataFolder,
  options: {
    readonly shape: Shape
    readonly reload: boolean
    readonly onProgress: (line: string) => void
  },
): Promise<Manifest> {
  const { onProgress, reload, shape } = options
  const known = await readManifest(folder.manifestFile)
  if (known !== undefined && !reload && isSame(known.shape, shape) && (await isCurrent(folder))) {
    return known
  }
  for (const path of [folder.manifestFile, folder.live, folder.merged]) {
    await rm(path, { recursive: true, force: true })
  }
  const manifest = await withEngine(folder.live, (engine) => load(engine, shape, onProgress))
  await writeManifest(folder.manifestFile, manifest)
  return manifest
}

/** Copies the folder and merges every table of the copy, once. */
export async function ensureMerged(
  { live, merged }: DataFolder,
  onProgress: (line: string) => void,
): Promise<void> {
  const marker = `${merged}/is-merged`
  if (existsSync(marker)) return
  onProgress('merging a copy')
  await rm(merged, { recursive: true, force: true })
  await cp(live, merged, { recursive: true })
  await withEngine(merged, async ({ client }) => {
    const tables = await client.query<{ readonly name: string }>(
      `SELECT name FROM system.tables
       WHERE database = {database:String} AND engine LIKE '%MergeTree'`,
      { database: databaseName(GENERATION) },
    )
    for (const { name } of tables) {
      await client.command(`OPTIMIZE TABLE ${databaseName(GENERATION)}.${name} FINAL`)
    }
  })
  await writeFile(marker, '')
}

function isSame(one: Shape, other: Shape): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Tables that a migration would change were written by another version. */
function isCurrent({ live }: DataFolder): Promise<boolean> {
  return withEngine(live, async ({ client }) => {
    await client.command('SYSTEM STOP MERGES')
    const pending = await findPendingMigrations(client, GENERATION).catch(() => ['an edited one'])
    return pending.length === 0
  })
}
