import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

const MARKER = 'usage'
const CLEAN = 'clean'

/**
 * Whether the store's files can be believed: they were closed in order, or left open under this
 * boot, so that the kernel kept every page. Else power was lost, maybe with pages unwritten.
 */
export function isBelievable(directory: string, bootId: string): boolean {
  const marker = readMarker(directory)
  return marker === CLEAN || marker === bootId
}

export function markOpen(directory: string, bootId: string): void {
  writeMarker(directory, bootId)
}

/** To be called when all files of the store were synced to disk. */
export function markClean(directory: string): void {
  writeMarker(directory, CLEAN)
}

/** Resolves when the file's bytes, also those written through a memory map, are on disk. */
export async function syncToDisk(path: string): Promise<void> {
  // There may be much to write: the process must go on meanwhile.
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function readMarker(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, MARKER), 'utf8').trim()
  } catch {
    return undefined
  }
}

function writeMarker(directory: string, text: string): void {
  const path = join(directory, MARKER)
  const file = openSync(`${path}.new`, 'w')
  try {
    writeSync(file, `${text}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
  const folder = openSync(directory, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
