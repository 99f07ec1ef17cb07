import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, constants, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cacheDirectory = fileURLToPath(new URL('../../../.cache/prometheus/', import.meta.url))
const ADVICE =
  'Install Prometheus, so that `prometheus` and `promtool` are on the path: ' +
  'apt install prometheus, or brew install prometheus.'

export interface PrometheusPrograms {
  readonly prometheus: string
  readonly promtool: string
}

/**
 * Prometheus and promtool: those on the path, or else Debian's package, unpacked once into .cache.
 * Nothing is installed. If there is neither, throws an error that says what to do.
 */
export async function ensurePrometheus(
  onProgress: (line: string) => void,
): Promise<PrometheusPrograms> {
  const [prometheus, promtool] = await Promise.all([
    findOnPath('prometheus'),
    findOnPath('promtool'),
  ])
  if (prometheus !== undefined && promtool !== undefined) return { prometheus, promtool }
  const directory = `${cacheDirectory}unpacked`
  if (!existsSync(directory)) {
    onProgress('fetching Prometheus as a Debian package (about 20 MB, once)')
    await fetchInto(directory)
  }
  return {
    prometheus: `${directory}/usr/bin/prometheus`,
    promtool: `${directory}/usr/bin/promtool`,
  }
}

async function findOnPath(program: string): Promise<string | undefined> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, program)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return undefined
}

/**
 * Renames into place at the end, so that concurrent runs do not collide, and half a package is
 * never used.
 */
async function fetchInto(directory: string): Promise<void> {
  const partial = `${directory}.${process.pid}`
  await mkdir(`${partial}/files`, { recursive: true })
  try {
    await download(partial)
    const archive = (await readdir(partial)).find((name) => name.endsWith('.deb'))
    if (archive === undefined) throw new Error('apt-get download left no package behind')
    await run('dpkg-deb', ['-x', archive, 'files'], partial)
    await rename(`${partial}/files`, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error
    })
  } catch (cause) {
    throw new Error(`Prometheus could not be fetched. ${ADVICE}`, { cause })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** Uses the machine's package lists, or lists of our own if those are missing or too old. */
async function download(directory: string): Promise<void> {
  const args = ['-q', 'download', 'prometheus']
  try {
    await run('apt-get', args, directory)
  } catch {
    const state = join(directory, 'apt')
    await mkdir(join(state, 'lists/partial'), { recursive: true })
    const own = ['-o', `Dir::State=${state}`, '-o', `Dir::Cache=${state}`]
    await run('apt-get', [...own, '-q', 'update'], directory)
    await run('apt-get', [...own, ...args], directory)
  }
}

function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-2_000)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', (cause) => {
      reject(new Error(`${command} cannot be run`, { cause }))
    })
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`))
    })
  })
}
