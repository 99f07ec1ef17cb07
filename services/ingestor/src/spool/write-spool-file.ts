import { type SpoolDisk } from './spool-disk.ts'
import { toTemporaryName } from './spool-name.ts'
import { type SpoolFailureCause } from './spool-observer.ts'

const NO_SPACE_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** The step that kept bytes from becoming durable. */
export class SpoolWriteError extends Error {
  readonly failure: SpoolFailureCause

  constructor(step: SpoolFailureCause, cause: unknown) {
    const isFull = cause instanceof Error && 'code' in cause && NO_SPACE_CODES.has(cause.code)
    const failure = isFull ? 'no_space' : step
    super(`the spool cannot write: ${failure}`, { cause })
    this.name = 'SpoolWriteError'
    this.failure = failure
  }
}

/**
 * Resolves when the file survives a crash under its name; until then it has a temporary one.
 * Otherwise throws a SpoolWriteError, and the file is gone or must not be trusted. No step is tried
 * twice on a file, because after a failed fsync a second one may succeed without the bytes.
 */
export async function writeSpoolFile(
  disk: SpoolDisk,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const temporary = toTemporaryName(name)
  try {
    await writeTemporary(disk, temporary, bytes)
    await step('rename', disk.rename(temporary, name))
    await step('fsync_directory', disk.syncDirectory())
  } catch (error) {
    await discard(disk, [temporary, name])
    throw error
  }
}

/** Whether files can be written at the moment. Leaves nothing behind. */
export async function probeSpoolDisk(
  disk: SpoolDisk,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const temporary = toTemporaryName(name)
  try {
    await writeTemporary(disk, temporary, bytes)
    await step('fsync_directory', disk.syncDirectory())
  } finally {
    await discard(disk, [temporary])
  }
}

async function writeTemporary(disk: SpoolDisk, name: string, bytes: Uint8Array): Promise<void> {
  const file = await step('create', disk.create(name))
  try {
    await step('write', file.write(bytes))
    await step('fsync', file.sync())
  } finally {
    await step('write', file.close())
  }
}

async function step<T>(name: SpoolFailureCause, doing: Promise<T>): Promise<T> {
  try {
    return await doing
  } catch (error) {
    throw new SpoolWriteError(name, error)
  }
}

/**
 * Removes them as far as possible: nothing in them was acked, and a start removes or drains what is
 * left.
 */
async function discard(disk: SpoolDisk, names: readonly string[]): Promise<void> {
  await Promise.allSettled(names.map((name) => disk.remove(name)))
}
