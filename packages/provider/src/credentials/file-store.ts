import { open, realpath, rename, rm, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  CredentialError,
  type CredentialErrorCode,
  type CredentialStore,
  type Slot,
} from './credential-store.ts'

const MODE = 0o600

/**
 * Keys in files: `<path>`, `<path>.next` and `<path>.previous`, each written beside its place and
 * then renamed, so that a reader finds the whole former key or the whole new one.
 */
export function createFileStore(path: string): CredentialStore {
  const pathOf = (slot: Slot): string => (slot === 'current' ? path : `${path}.${slot}`)

  async function readSlot(slot: Slot): Promise<string | null> {
    try {
      const key = (await readFile(pathOf(slot), 'utf8')).trim()
      return key === '' ? null : key
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      throw toError('credential_unreadable', pathOf(slot), error)
    }
  }

  async function put(slot: Slot, key: string | null): Promise<void> {
    try {
      if (key === null) await remove(pathOf(slot))
      else await writeWhole(pathOf(slot), key)
    } catch (error) {
      throw toError('credential_unwritable', pathOf(slot), error)
    }
  }

  return {
    placeOf: pathOf,
    async read() {
      const [current, next, previous] = await Promise.all([
        readSlot('current'),
        readSlot('next'),
        readSlot('previous'),
      ])
      return { current, next, previous }
    },
    put,
    async promote() {
      const current = await readSlot('current')
      if (current !== null) await put('previous', current)
      try {
        const place = await followed(path)
        await rename(pathOf('next'), place)
        await syncFolder(dirname(place))
      } catch (error) {
        throw toError('credential_unwritable', path, error)
      }
    },
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

async function writeWhole(path: string, key: string): Promise<void> {
  const place = await followed(path)
  const folder = dirname(place)
  const draft = join(folder, `.${basename(place)}.${process.pid}.tmp`)
  try {
    const file = await open(draft, 'w', MODE)
    try {
      await file.chmod(MODE)
      await file.writeFile(`${key}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, place)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncFolder(folder)
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

function toError(code: CredentialErrorCode, path: string, error: unknown): CredentialError {
  const verb = code === 'credential_unreadable' ? 'read' : 'written'
  return new CredentialError(code, `${path} cannot be ${verb} (${codeOf(error)})`, error)
}

function codeOf(error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error
  return isCoded ? String(error.code) : 'unknown'
}
