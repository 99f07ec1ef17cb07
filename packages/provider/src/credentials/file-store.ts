import { realpathSync, type Stats } from 'node:fs'
import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  codeOf,
  CredentialError,
  type CredentialErrorCode,
  type CredentialStore,
  isToPromote,
  type Slot,
  type StoredKeys,
  toStoredKeys,
} from './credential-store.ts'
import { lockFile } from './file-lock.ts'

const MODE = 0o600
const MODE_BITS = 0o777

/**
 * Keys in files: `<path>`, `<path>.next` and `<path>.previous`, each written beside its place and
 * then renamed, so that a reader finds the whole former key or the whole new one. Where `<path>` is
 * a link, all of them lie where it leads, because no rename crosses file systems. They have the
 * mode and the owner of the key in use; without one, 0600 and the owner of the process.
 */
export function createFileStore(path: string): CredentialStore {
  async function read(): Promise<StoredKeys> {
    const place = await guarded('credential_unreadable', path, () => followed(path))
    const [current, next, previous] = await Promise.all(
      (['current', 'next', 'previous'] as const).map((slot) => {
        const file = fileOf(place, slot)
        return guarded('credential_unreadable', file, () => readKey(file))
      }),
    )
    return toStoredKeys({
      current: current ?? null,
      next: next ?? null,
      previous: previous ?? null,
    })
  }

  async function write<T>(slot: Slot, work: (file: string, place: string) => Promise<T>) {
    return guarded('credential_unwritable', placeOf(slot), async () => {
      const place = await followed(path)
      return work(fileOf(place, slot), place)
    })
  }

  async function put(slot: Slot, key: string | null): Promise<void> {
    await write(slot, (file, place) => (key === null ? remove(file) : writeWhole(file, key, place)))
  }

  function placeOf(slot: Slot): string {
    try {
      return fileOf(realpathSync(path), slot)
    } catch {
      return fileOf(path, slot)
    }
  }

  return {
    placeOf,
    read,
    put,
    async promote(expected) {
      const keys = await read()
      if (!isToPromote(keys, expected)) return
      if (keys.current !== null) await put('previous', keys.current)
      await write('current', async (file, place) => {
        await rename(fileOf(place, 'next'), file)
        await syncFolder(dirname(file))
      })
    },
    async checkWritable() {
      const { current, next } = await read()
      // The key in use is put where it is: a file that is mounted by itself can't be renamed onto.
      if (current === null) return
      await put('current', current)
      await put('next', next ?? current)
      if (next === null) await put('next', null)
    },
    hold: () => write('current', (file) => lockFile(`${file}.lock`)),
  }
}

function fileOf(place: string, slot: Slot): string {
  return slot === 'current' ? place : `${place}.${slot}`
}

async function readKey(file: string): Promise<string | null> {
  try {
    const key = (await readFile(file, 'utf8')).trim()
    return key === '' ? null : key
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** What a link leads to is replaced, and not the link. */
async function followed(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path
    throw error
  }
}

async function writeWhole(file: string, key: string, model: string): Promise<void> {
  const folder = dirname(file)
  const draft = join(folder, `.${basename(file)}.${process.pid}.tmp`)
  const like = await statOf(model)
  try {
    const handle = await open(draft, 'w', MODE)
    try {
      await makeAlike(handle, like)
      await handle.writeFile(`${key}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true, recursive: false }).catch(() => undefined)
    throw error
  }
  await syncFolder(folder)
}

/** Who reads the key in use, be it as a group, has to be able to read the one that replaces it. */
async function makeAlike(handle: FileHandle, like: Stats | null): Promise<void> {
  const own = await handle.stat()
  if (like !== null && (like.uid !== own.uid || like.gid !== own.gid)) {
    await handle.chown(like.uid, like.gid)
  }
  await handle.chmod(like === null ? MODE : like.mode & MODE_BITS)
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true })
  await syncFolder(dirname(path))
}

/** A rename is durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function guarded<T>(
  code: CredentialErrorCode,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CredentialError) throw error
    const verb = code === 'credential_unreadable' ? 'read' : 'written'
    throw new CredentialError(code, `${path} cannot be ${verb} (${codeOf(error)})`, error)
  }
}
