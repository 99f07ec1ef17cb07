import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

const MARKER = 'usage'
const CLEAN = 'clean'
const DAMAGED = 'damaged'

/** Where a store is, and what it is the state of. */
export interface StorePlace {
  readonly directory: string
  /** Size of the file that holds the data. */
  readonly dataFile: string
  /** A folder that names something else is not trusted. */
  readonly identity: string
}

/**
 * Whether the store's files can be trusted: they are its own, and either were closed in order and
 * still have their size, or were left open under this boot, so that the kernel kept every page.
 * Otherwise power was lost, perhaps with unwritten pages, or somebody changed or swapped the files.
 */
export function isBelievable(place: StorePlace, bootId: string): boolean {
  const marker = readMarker(place.directory)
  return marker !== undefined && (marker === openMark(place, bootId) || marker === cleanMark(place))
}

export function markOpen(place: StorePlace, bootId: string): void {
  writeMarker(place.directory, openMark(place, bootId))
}

/** Call it once all files of the store are synced to disk. */
export function markClean(place: StorePlace): void {
  writeMarker(place.directory, cleanMark(place))
}

/** From now on the folder is not trusted, no matter who closes it and how. */
export function markDamaged({ directory }: StorePlace): void {
  writeMarker(directory, DAMAGED)
}

function openMark({ identity }: StorePlace, bootId: string): string {
  return `${bootId} ${identity}`
}

function cleanMark({ dataFile, identity }: StorePlace): string {
  const size = statSync(dataFile, { throwIfNoEntry: false })?.size ?? 0
  return `${CLEAN} ${size} ${identity}`
}

/** Resolves when the file's bytes, including those written through a memory map, are on disk. */
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
