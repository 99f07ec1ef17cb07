import { execFile } from 'node:child_process'
import { constants, existsSync } from 'node:fs'
import { copyFile, lstat, mkdir, mkdtemp, readlink, rm, symlink, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { linkTree } from './link-tree.ts'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

const OUTPUT_BYTES_MAX = 2 ** 24
const HIDDEN_LOCK = 'node_modules/.package-lock.json'

/**
 * Lends a copy of the work tree as it is, committed or not, with what is installed. The copy is
 * gone at the end, unless it is asked to stay (`KEEP_COPY=1`). Needs git.
 */
export async function withRepositoryCopy<Result>(
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = await mkdtemp(join(tmpdir(), 'wabastream-tutorial-'))
  try {
    await copyRepository(path)
    return await use(path)
  } finally {
    if (process.env['KEEP_COPY'] === '1') process.stderr.write(`the copy is kept: ${path}\n`)
    else await rm(path, { recursive: true })
  }
}

async function copyRepository(path: string): Promise<void> {
  const files = await listFiles()
  for (const file of files) await copyEntry(file, path)
  const manifests = files.filter((file) => /^([^/]+\/[^/]+\/)?package\.json$/.test(file))
  for (const manifest of manifests) {
    const modules = join(dirname(manifest), 'node_modules')
    if (existsSync(join(root, modules))) linkTree(join(root, modules), join(path, modules))
  }
  // npm believes what it noted of the packages unless a folder is newer than the note. It would ask
  // a registry for those whose version is spelled otherwise than the lock file has it.
  const now = new Date()
  await utimes(join(path, HIDDEN_LOCK), now, now)
}

/** What belongs to the repository: git knows it, or would take it. */
async function listFiles(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, maxBuffer: OUTPUT_BYTES_MAX },
  )
  return stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))
}

/** A real copy: what a step writes in place must not reach the original. */
async function copyEntry(file: string, path: string): Promise<void> {
  const source = join(root, file)
  const target = join(path, file)
  await mkdir(dirname(target), { recursive: true })
  const entry = await lstat(source)
  if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
  else await copyFile(source, target, constants.COPYFILE_FICLONE)
}
