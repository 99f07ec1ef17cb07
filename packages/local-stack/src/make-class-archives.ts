import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { classArchiveOf, noteOf } from './class-archive.ts'
import { type GuardedProcess } from './process/guarded-process.ts'
import { PartFailedError } from './process/part-errors.ts'
import { javaCommand } from './process/java-command.ts'
import { startKafkaBroker } from './kafka-broker.ts'
import { findFreePort, onPorts } from './ports.ts'
import { startSchemaRegistry } from './schema-registry.ts'

/** Writing an archive takes a JVM longer than just ending. */
const WRITE_TIMEOUT_MS = 90_000

interface Program {
  readonly libraries: string
  readonly start: (directory: string, jvmOptions: readonly string[]) => Promise<GuardedProcess>
}

/**
 * Lets Kafka and the registry run once, so that each leaves an archive of its classes behind.
 * Without an archive they only start more slowly, so a failure is reported, and noted so that it is
 * not tried again. Throws only when aborted.
 */
export async function makeClassArchives(
  { kafkaLibraries, schemaRegistry }: Readonly<Record<'kafkaLibraries' | 'schemaRegistry', string>>,
  onProgress: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if ([kafkaLibraries, schemaRegistry].every(isNoted)) return
  onProgress('preparing Kafka and the schema registry for fast starts (about 20 s, once)')
  const programs: readonly Program[] = [
    {
      libraries: kafkaLibraries,
      start: (directory, jvmOptions) =>
        onPorts(findFreePort, (ports) =>
          startKafkaBroker({ libraries: kafkaLibraries, directory, ports, signal, jvmOptions }),
        ),
    },
    {
      libraries: schemaRegistry,
      start: (directory, jvmOptions) =>
        onPorts(findFreePort, ({ schemaRegistry: port }) =>
          startSchemaRegistry({ application: schemaRegistry, directory, port, signal, jvmOptions }),
        ),
    },
  ]
  const missing = programs.filter(({ libraries }) => !isNoted(libraries))
  await Promise.all(
    missing.map((program) =>
      make(program, signal).catch(async (error: unknown) => {
        signal?.throwIfAborted()
        const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n')
        onProgress(
          `${basename(program.libraries)} starts slowly here, without an archive: ${reason}`,
        )
        const note = noteOf(classArchiveOf(program.libraries))
        await writeFile(note, `none: ${reason}\n`).catch(() => undefined)
      }),
    ),
  )
}

/** Whether it has an archive, or is known not to get one. */
function isNoted(libraries: string): boolean {
  return existsSync(noteOf(classArchiveOf(libraries)))
}

/**
 * Renames into place at the end, so that concurrent runs do not collide, and half an archive is
 * never used.
 */
async function make({ libraries, start }: Program, signal: AbortSignal | undefined): Promise<void> {
  const archive = classArchiveOf(libraries)
  const scratch = await mkdtemp(`${archive}.`)
  try {
    const partial = join(scratch, 'archive')
    const program = await start(join(scratch, 'data'), [
      `-XX:ArchiveClassesAtExit=${partial}`,
      '-Xlog:cds*=off',
    ])
    const hurry = (): void => void program.kill()
    signal?.addEventListener('abort', hurry)
    await program.stop(WRITE_TIMEOUT_MS)
    signal?.removeEventListener('abort', hurry)
    signal?.throwIfAborted()
    await assertUsable(partial, libraries)
    const size = await sync(partial)
    await rename(partial, archive)
    await writeFile(noteOf(archive), String(size))
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Throws if Java does not accept it, for example because it was killed while it wrote. */
async function assertUsable(archive: string, libraries: string): Promise<void> {
  const jars = existsSync(join(libraries, 'lib'))
    ? [libraries, join(libraries, 'lib')]
    : [libraries]
  await promisify(execFile)(javaCommand(), [
    '-Xshare:on',
    '-XX:+VerifySharedSpaces',
    `-XX:SharedArchiveFile=${archive}`,
    '-cp',
    jars.map((folder) => `${folder}/*`).join(':'),
    '-version',
  ]).catch((cause: unknown) => {
    throw new PartFailedError('Java does not take the archive that it wrote', { cause })
  })
}

/** Resolves with the size of the file, once it is on the disk. */
async function sync(path: string): Promise<number> {
  const file = await open(path, 'r')
  try {
    await file.sync()
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}
