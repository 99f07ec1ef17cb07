import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import dockerignore from '@balena/dockerignore'
import { type Stage, type Step } from './dockerfile.ts'

const run = promisify(execFile)
// Its types promise a default export of a default export, which is not what Node sees.
const createIgnore = dockerignore as unknown as typeof dockerignore.default
/** Makes a folder for a user that is not there outside of a container. */
const MAKES_FOLDER = /^install -d .*?(\/\S+)$/

export interface FolderBuild {
  readonly stages: readonly Stage[]
  /** What would be sent to the engine, with its .dockerignore. */
  readonly context: { readonly directory: string; readonly ignoreText: string }
  /** Each stage gets a folder in here, as its root. */
  readonly directory: string
}

/**
 * Takes the steps of every stage in folders instead of containers: copies what would be copied and
 * runs what would be run, with this machine's shell and npm. Resolves with the root of the last
 * one.
 */
export async function buildInFolder(build: FolderBuild): Promise<string> {
  const files = await listContext(build.context)
  for (const stage of build.stages) {
    let workdir = '/'
    for (const step of stage.steps) {
      if (step.kind === 'workdir') workdir = step.path
      else await take(step, { build, files, root: join(build.directory, stage.name), workdir })
    }
  }
  return join(build.directory, build.stages.at(-1)?.name ?? '')
}

interface Place {
  readonly build: FolderBuild
  /** Of the context, relative. */
  readonly files: readonly string[]
  readonly root: string
  readonly workdir: string
}

async function take(
  step: Exclude<Step, { readonly kind: 'workdir' }>,
  { build, files, root, workdir }: Place,
): Promise<void> {
  const inRoot = (path: string): string => join(root, resolve(workdir, path))
  await mkdir(inRoot('.'), { recursive: true })
  if (step.kind === 'run') {
    const folder = MAKES_FOLDER.exec(step.command)?.[1]
    if (folder !== undefined) await mkdir(inRoot(folder), { recursive: true })
    else
      await run('/bin/sh', ['-c', step.command], {
        cwd: inRoot('.'),
        env: { ...process.env, npm_config_prefer_offline: 'true' },
      })
    return
  }
  for (const source of step.sources) {
    if (step.from !== null) {
      const origin = join(build.directory, step.from, source)
      await cp(origin, inRoot(step.target), { recursive: true, verbatimSymlinks: true })
    } else {
      const base = build.context.directory
      await copyFiles({ base, files, source, target: inRoot(step.target) })
    }
  }
}

/** As COPY does: the content of a folder, or a file under its own name. */
async function copyFiles({
  base,
  files,
  source,
  target,
}: {
  readonly base: string
  readonly files: readonly string[]
  readonly source: string
  readonly target: string
}): Promise<void> {
  const origin = join(base, source)
  const isFolder = (await stat(origin)).isDirectory()
  const from = isFolder ? origin : dirname(origin)
  const wanted = files
    .map((file) => join(base, file))
    .filter((path) => (isFolder ? path.startsWith(join(origin, '/')) : path === origin))
  if (wanted.length === 0) throw new Error(`COPY ${source}: nothing of it is in the context`)
  for (const path of wanted) {
    await cp(path, join(target, relative(from, path)))
  }
}

async function listContext({
  directory,
  ignoreText,
}: FolderBuild['context']): Promise<readonly string[]> {
  const ignore = createIgnore().add(ignoreText)
  const unread = new Set(['node_modules', '.git', '.cache', '.data', '.turbo'])
  const walk = async (folder: string): Promise<readonly string[]> => {
    const entries = await readdir(join(directory, folder), { withFileTypes: true })
    const found = await Promise.all(
      entries.map(async (entry) => {
        const path = join(folder, entry.name)
        if (!entry.isDirectory()) return [path]
        return unread.has(entry.name) ? [] : walk(path)
      }),
    )
    return found.flat()
  }
  return ignore.filter([...(await walk('.'))])
}
