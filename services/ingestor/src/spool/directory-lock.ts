import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LOCK_FILE } from './spool-name.ts'

/**
 * Takes a folder for this process; returns a function that gives it back. Throws if another process
 * has it. The operating system holds the lock, through a database file, so that it ends with the
 * process.
 */
export function lockDirectory(directory: string): () => void {
  const database = new DatabaseSync(join(directory, LOCK_FILE))
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw new Error(`${directory} is in use by another process`, { cause: error })
  }
  return () => database.close()
}
