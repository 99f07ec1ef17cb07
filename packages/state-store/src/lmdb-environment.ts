import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { isBelievable, markClean, markOpen, syncToDisk } from './usage-marker.ts'

const DATA_FILE = 'state.mdb'

/** The databases of one state folder. All of them change in the same transaction. */
export interface LmdbEnvironment {
  readonly root: RootDatabase
  readonly entries: Database<Buffer, string>
  /** Entries whose keys are too long for LMDB, by the hash of the key. */
  readonly longEntries: Database<Buffer, string>
  readonly meta: Database<Buffer, string>
}

/** Opens the folder; files that cannot be believed are removed first, and the state is empty. */
export function openEnvironment(directory: string, bootId: string): LmdbEnvironment {
  if (!isBelievable(directory, bootId)) rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  markOpen(directory, bootId)
  // The kernel writes the map back when it likes: the changelog is what makes the state durable.
  const root = open({
    path: join(directory, DATA_FILE), useWritemap: true, noSync: true, encoding: 'binary',
  })
  return {
    root,
    entries: root.openDB({ name: 'entries', encoding: 'binary' }),
    longEntries: root.openDB({ name: 'long-entries', encoding: 'binary' }),
    meta: root.openDB({ name: 'meta', encoding: 'binary' }),
  }
}

export async function closeEnvironment(
  { root }: LmdbEnvironment,
  directory: string,
): Promise<void> {
  await root.close()
  await syncToDisk(join(directory, DATA_FILE))
  markClean(directory)
}

export async function removeEnvironment(
  { root }: LmdbEnvironment,
  directory: string,
): Promise<void> {
  await root.close()
  rmSync(directory, { recursive: true, force: true })
}
