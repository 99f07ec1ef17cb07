import { type ExecFileException, execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Everything that belongs to the repository, committed or not yet, as paths from its root. */
export function repositoryFiles(): readonly string[] {
  const { stdout } = spawnSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8' },
  )
  return stdout
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)))
    .toSorted()
}

export function readText(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

export interface LockEntry {
  /** That of an alias. */
  readonly name?: string
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
}

export function readLock(): Readonly<Record<string, LockEntry>> {
  const { packages }: { packages: Record<string, LockEntry> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  )
  return packages
}

/** The entries that come from a registry, by their place. */
export function registryEntries(): readonly (readonly [string, LockEntry])[] {
  return Object.entries(readLock()).filter(
    ([path, { link }]) => path.includes('node_modules/') && link !== true,
  )
}

export interface Outcome {
  readonly code: number | string
  readonly out: string
  readonly err: string
}

export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Outcome> {
  const { cwd = root, env = {} } = options
  return new Promise((resolve) => {
    const settings = {
      cwd,
      maxBuffer: 2 ** 26,
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    }
    execFile(command, args, settings, (error: ExecFileException | null, out, err) => {
      resolve({ code: error === null ? 0 : (error.code ?? String(error.signal)), out, err })
    })
  })
}
