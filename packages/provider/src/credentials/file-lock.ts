import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { codeOf, CredentialError } from './credential-store.ts'
import { createOwner, describeOwner, isEnded } from './lock-owner.ts'

const MODE = 0o600
const RENEWED_EVERY_MS = 5_000
/** Who has not renewed it for so long has ended, even if that can't be seen from here. */
const STALE_AFTER_MS = 60_000
const TRIES_MAX = 5

/**
 * Takes the lock file `path`, which is created only if it is not there. One that is left by a
 * process that has ended is taken over. Returns what lets it go. Throws `credential_busy`, or the
 * file system's error.
 */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  const owner = createOwner()
  for (let tries = 1; !(await isCreated(path, owner)); tries += 1) {
    const found = await readOwner(path)
    if (found !== null && (tries >= TRIES_MAX || !(await isStale(path, found))))
      throw busy(path, found)
    if (found !== null) await takeAway(path, found)
  }
  const renewing = setInterval(() => void renew(path), RENEWED_EVERY_MS)
  renewing.unref()
  return async () => {
    clearInterval(renewing)
    if ((await readOwner(path)) === owner) await rm(path, { force: true })
  }
}

async function isCreated(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx', mode: MODE })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Null if it is gone by now. */
async function readOwner(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

async function isStale(path: string, owner: string): Promise<boolean> {
  if (isEnded(owner)) return true
  try {
    return Date.now() - (await stat(path)).mtimeMs > STALE_AFTER_MS
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true
    throw error
  }
}

/**
 * Moved first: then two who find it stale can't both remove it, one of them the other's new one.
 */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  if ((await readOwner(aside)) === stale) await rm(aside, { force: true })
  else await rename(aside, path)
}

/** Fails only if it is gone, and then the keys themselves are compared. */
async function renew(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => undefined)
}

function busy(path: string, owner: string): CredentialError {
  return new CredentialError(
    'credential_busy',
    `another rotation of this key is under way (${describeOwner(owner)}; it holds ${path})`,
  )
}
