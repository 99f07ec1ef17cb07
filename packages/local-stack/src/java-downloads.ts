import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PartFailedError } from './process/part-errors.ts'
import { makeClassArchives } from './make-class-archives.ts'

const pomPath = fileURLToPath(new URL('../pom.xml', import.meta.url))
const cacheDirectory = fileURLToPath(new URL('../../../.cache/java/', import.meta.url))

export interface JavaDownloads {
  readonly kafkaLibraries: string
  readonly schemaRegistry: string
}

/**
 * Kafka's and the registry's files, fetched by Maven once per content of pom.xml.
 * Throws with Maven's own output if it cannot fetch them; ends Maven when aborted.
 */
export async function ensureJavaDownloads(
  onProgress: (line: string) => void,
  signal?: AbortSignal,
): Promise<JavaDownloads> {
  const digest = createHash('sha256')
    .update(await readFile(pomPath))
    .digest('hex')
    .slice(0, 12)
  const directory = `${cacheDirectory}${digest}`
  if (!existsSync(directory)) {
    onProgress('fetching Kafka and the schema registry with Maven (about 200 MB, once)')
    await fetchInto(directory, signal)
  }
  const downloads = {
    kafkaLibraries: `${directory}/kafka`,
    schemaRegistry: `${directory}/schema-registry`,
  }
  await makeClassArchives(downloads, onProgress, signal)
  return downloads
}

/**
 * Renames into place at the end, so that concurrent runs do not collide, and half a download is
 * never used.
 */
async function fetchInto(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const partial = `${directory}.${process.pid}`
  await mkdir(partial, { recursive: true })
  try {
    await runMaven(
      ['-q', '-B', '-f', pomPath, 'generate-resources', `-Ddownloads=${partial}`],
      signal,
    )
    await rename(partial, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** When aborted, kills Maven and rejects with the signal's reason. */
export function runMaven(
  args: readonly string[],
  signal: AbortSignal | undefined,
  command = 'mvn',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const maven = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4000)
    }
    maven.stdout.on('data', collect)
    maven.stderr.on('data', collect)
    maven.once('error', (cause) => {
      if (signal?.aborted === true) return
      reject(
        new PartFailedError('Maven (mvn) cannot be run: install Maven 3.8 or newer.', { cause }),
      )
    })
    maven.once('close', (code) => {
      if (signal?.aborted === true)
        reject(new PartFailedError('Maven was stopped', { cause: signal.reason }))
      else if (code === 0) resolve()
      else
        reject(
          new PartFailedError(`Maven could not fetch Kafka and the schema registry:\n${output}`),
        )
    })
  })
}
