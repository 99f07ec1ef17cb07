import { mkdirSync, realpathSync } from 'node:fs'
import {
  access,
  type FileHandle,
  lstat,
  open,
  readdir,
  readFile,
  rename,
  rm,
} from 'node:fs/promises'
import { join } from 'node:path'
import { lockDirectory } from './directory-lock.ts'
import { type OpenSpoolFile, type SpoolDisk, type SpoolDiskFile } from './spool-disk.ts'
import { LOCK_FILE } from './spool-name.ts'

const QUARANTINE = 'quarantine'
/** Bodies are people's messages. */
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700

/** Makes and locks the folder. Throws when it cannot be used, or another process has it. */
export async function openFileSystemDisk(path: string): Promise<SpoolDisk> {
  mkdirSync(join(path, QUARANTINE), { recursive: true, mode: DIRECTORY_MODE })
  const directory = realpathSync(path)
  const unlock = lockDirectory(directory)
  const handle = await open(directory)
  const at = (name: string): string => join(directory, name)
  return {
    list: () => list(directory),
    create: async (name) => toOpenFile(await open(at(name), 'wx', FILE_MODE)),
    async read(name) {
      try {
        return await readFile(at(name))
      } catch (error) {
        await access(at(LOCK_FILE)).catch((cause: unknown) => {
          throw volumeAway(cause)
        })
        throw error
      }
    },
    rename: (from, to) => rename(at(from), at(to)),
    remove: (name) => rm(at(name), { force: true }),
    syncDirectory: () => handle.sync(),
    quarantine: (name) => rename(at(name), join(directory, QUARANTINE, name)),
    quarantinedCount: async () => (await readdir(at(QUARANTINE))).length,
    release() {
      void handle.close()
      unlock()
    },
  }
}

/** This does not say that the file is missing, because callers must not believe that it is gone. */
function volumeAway(cause: unknown): Error {
  return Object.assign(new Error('the folder is not there', { cause }), { code: 'ESTALE' })
}

async function list(directory: string): Promise<readonly SpoolDiskFile[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const files: SpoolDiskFile[] = []
  // One by one: there may be a hundred thousand of them.
  for (const entry of entries.filter((one) => !one.isDirectory())) {
    const { size } = await lstat(join(directory, entry.name))
    files.push({ name: entry.name, bytes: size })
  }
  return files
}

function toOpenFile(handle: FileHandle): OpenSpoolFile {
  return {
    write: (bytes) => handle.writeFile(bytes),
    sync: () => handle.sync(),
    close: () => handle.close(),
  }
}
