import { statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CliError } from '../output/cli-error.ts'

/** A fresh stack writes about this much before the first webhook comes. */
const FREE_BYTES_MIN = 256 * 1024 * 1024
const MIB = 1024 * 1024

/** Free bytes of the disk that holds the folder. */
export type ReadFree = (directory: string) => Promise<number>

/** Throws if the disk of the folder, which may not exist yet, is almost full. */
export async function assertRoom(
  directory: string,
  readFree: ReadFree = readFreeBytes,
): Promise<void> {
  const free = await readFree(resolve(directory))
  if (free >= FREE_BYTES_MIN) return
  throw new CliError(
    `The disk of ${directory} is full: ${Math.floor(free / MIB)} MiB are free, and ` +
      `at least ${FREE_BYTES_MIN / MIB} MiB are needed. Make room, or name another folder (--data).`,
  )
}

/** Free bytes of the disk that holds the folder, or would hold it. Infinity if it is not known. */
export async function readFreeBytes(directory: string): Promise<number> {
  for (let path = directory; ; path = dirname(path)) {
    const info = await statfs(path).catch(() => undefined)
    if (info !== undefined) return info.bavail * info.bsize
    if (path === dirname(path)) return Infinity
  }
}
