import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, relative } from 'node:path'
import { CliError } from '../output/cli-error.ts'

export interface NamedBody {
  /** Path as given, or relative to a given folder; with `:line` if a file holds several bodies. */
  readonly file: string
  readonly body: Buffer
}

const lineExtensions = new Set(['.ndjson', '.jsonl'])
const bodyExtensions = new Set(['.json', '.bin', '.txt', ...lineExtensions])
/** Recipes for bodies too large to keep, which no provider would send. */
const RECIPE_SUFFIX = '.gen.txt'
const NEWLINE = 0x0a

/**
 * Bodies of files, of all files below folders, and of standard input for `-`, one after another. A
 * named file is read whatever its name is. Throws when a path does not exist.
 */
export async function* readBodies(
  paths: readonly string[],
  options: { readonly splitFiles: boolean },
): AsyncGenerator<NamedBody> {
  for (const path of paths) {
    if (path === '-') {
      yield* toBodies('-', await readStandardInput(), true)
      continue
    }
    const info = await stat(path).catch((cause: unknown) => {
      throw new CliError(`${path} cannot be read: no such file or folder`, { exitCode: 2, cause })
    })
    if (info.isDirectory()) yield* readFolder(path)
    else yield* toBodies(path, await readFile(path), options.splitFiles)
  }
}

async function* readFolder(folder: string): AsyncGenerator<NamedBody> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && bodyExtensions.has(extname(entry.name).toLowerCase()))
    .filter((entry) => !entry.name.endsWith(RECIPE_SUFFIX))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
  for (const file of files) {
    yield* toBodies(relative(folder, file), await readFile(file), false)
  }
}

function* toBodies(name: string, bytes: Buffer, mayHoldSeveral: boolean): Generator<NamedBody> {
  const isLines = lineExtensions.has(extname(name).toLowerCase())
  if (!isLines && !(mayHoldSeveral && looksLikeLines(bytes))) {
    yield { file: name, body: bytes }
    return
  }
  let line = 0
  for (let from = 0; from < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, from)
    const to = newline === -1 ? bytes.length : newline
    const body = bytes.subarray(from, to)
    line += 1
    from = to + 1
    if (body.toString('latin1').trim() !== '') yield { file: `${name}:${line}`, body }
  }
}

/** A file that is not JSON as a whole, although its first line is, has one body per line. */
function looksLikeLines(bytes: Buffer): boolean {
  const text = bytes.toString('utf8').trim()
  const newline = text.indexOf('\n')
  return newline !== -1 && !isJson(text) && isJson(text.slice(0, newline))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
