import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { readKey, writeKey } from 'ordered-binary'
import { isBelievable, markClean, markOpen, type StorePlace, syncToDisk } from './usage-marker.ts'

const DATA_FILE = 'state.mdb'
const OPTIONS = {
  encoding: 'binary',
  // The kernel writes the map back at any time: the changelog makes the state durable.
  useWritemap: true,
  noSync: true,
  // Keys come in no order. And what is read ahead is kept as one large piece: the kernel looks at
  // all of it each time one of its pages becomes dirty again. (The types of lmdb lack it.)
  noReadAhead: true,
} as const
const ENTRIES = {
  encoding: 'binary',
  // The encoding that lmdb has by default, so what is stored stays as it is. But where it is given,
  // LMDB compares keys as bytes. Its own comparison for this encoding gives the same order, four
  // bytes at a time, and ours share their first forty. (The types of lmdb lack it here.)
  keyEncoder: { readKey, writeKey },
} as const
const DAMAGE =
  /^MDB_(?:PAGE_NOTFOUND|CORRUPTED|PANIC|VERSION_MISMATCH|INVALID|INCOMPATIBLE|BAD_TXN)/

/** The databases of one state folder. All of them change in the same transaction. */
export interface LmdbEnvironment {
  readonly root: RootDatabase
  readonly entries: Database<Buffer, string>
  /** Entries whose keys are too long for LMDB, by the hash of the key. */
  readonly longEntries: Database<Buffer, string>
  readonly meta: Database<Buffer, string>
}

export function placeOf(directory: string, identity: string): StorePlace {
  return { directory, dataFile: join(directory, DATA_FILE), identity }
}

/**
 * Opens the folder. Files that cannot be trusted are removed first, and then the state is empty.
 */
export function openEnvironment(place: StorePlace, bootId: string): LmdbEnvironment {
  const { dataFile, directory } = place
  if (!isBelievable(place, bootId)) rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  markOpen(place, bootId)
  const root = open({ ...OPTIONS, path: dataFile })
  return {
    root,
    entries: root.openDB({ ...ENTRIES, name: 'entries' }),
    longEntries: root.openDB({ name: 'long-entries', encoding: 'binary' }),
    meta: root.openDB({ name: 'meta', encoding: 'binary' }),
  }
}

export async function closeEnvironment(
  { root }: LmdbEnvironment,
  place: StorePlace,
): Promise<void> {
  await root.close()
  await syncToDisk(place.dataFile)
  markClean(place)
}

/** Whether the files themselves are damaged, so that they can't be read any further. */
export function isDamage(error: unknown): boolean {
  if (error instanceof SyntaxError) return true
  // The text decides, because the native part's errors have another class where code runs in a
  // sandbox.
  const isObject = typeof error === 'object' && error !== null
  return isObject && 'message' in error && DAMAGE.test(String(error.message))
}

export async function removeEnvironment(
  { root }: LmdbEnvironment,
  directory: string,
): Promise<void> {
  await root.close()
  rmSync(directory, { recursive: true, force: true })
}
