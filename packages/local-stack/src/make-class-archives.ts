import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { classArchiveOf } from './class-archive.ts'
import { type GuardedProcess } from './guarded-process.ts'
import { startKafkaBroker } from './kafka-broker.ts'
import { findFreePorts } from './ports.ts'
import { startSchemaRegistry } from './schema-registry.ts'

/** Writing an archive takes a JVM longer than ending. */
const WRITE_TIMEOUT_MS = 90_000

/**
 * Lets Kafka and the registry run once, so that each leaves an archive of its classes behind.
 * Without one they start more slowly and that is all: a failure is reported, not thrown.
 */
export async function makeClassArchives(
  { kafkaLibraries, schemaRegistry }: Readonly<Record<'kafkaLibraries' | 'schemaRegistry', string>>,
  onProgress: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if ([kafkaLibraries, schemaRegistry].every((one) => existsSync(classArchiveOf(one)))) return
  onProgress('preparing Kafka and the schema registry for fast starts (about 20 s, once)')
  const scratch = await mkdtemp(join(tmpdir(), 'wabastream-archives-'))
  const ports = await findFreePorts()
  try {
    await Promise.all([
      make(kafkaLibraries, (jvmOptions) =>
        startKafkaBroker({
          libraries: kafkaLibraries,
          directory: join(scratch, 'kafka'),
          ports,
          signal,
          jvmOptions,
        }),
      ),
      make(schemaRegistry, (jvmOptions) =>
        startSchemaRegistry({
          application: schemaRegistry,
          directory: join(scratch, 'schema-registry'),
          port: ports.schemaRegistry,
          signal,
          jvmOptions,
        }),
      ),
    ])
  } catch (error) {
    signal?.throwIfAborted()
    const [reason] = String(error instanceof Error ? error.message : error).split('\n')
    onProgress(`fast starts could not be prepared: ${reason}`)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Renamed into place at the end: two runs at once do not meet. */
async function make(
  libraries: string,
  start: (jvmOptions: readonly string[]) => Promise<GuardedProcess>,
): Promise<void> {
  const archive = classArchiveOf(libraries)
  if (existsSync(archive)) return
  const partial = `${archive}.${process.pid}`
  try {
    const program = await start([`-XX:ArchiveClassesAtExit=${partial}`, '-Xlog:cds*=off'])
    await program.stop(WRITE_TIMEOUT_MS)
    await rename(partial, archive)
  } finally {
    await rm(partial, { force: true })
  }
}
