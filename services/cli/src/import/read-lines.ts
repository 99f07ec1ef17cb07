import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { addAbortSignal } from 'node:stream'
import { CliError } from '../output/cli-error.ts'

/** One line of the input, or a file that is one body. */
export interface InputLine {
  /** Counted from 1 over the whole input, including empty lines: an import may continue there. */
  readonly line: number
  /** Null if there are more bytes than a line may have. */
  readonly bytes: Buffer | null
}

/** A body of 3 MiB, escaped, inside an object, with some room. */
export const LINE_BYTES_MAX = 16 * 1024 * 1024
const NEWLINE = 0x0a
const CHUNK_BYTES = 1024 * 1024
const lineExtensions = new Set(['.ndjson', '.jsonl'])
const bodyExtensions = new Set(['.json', '.bin', ...lineExtensions])

/**
 * Lines of a file or of standard input (`-`); for a folder, those of its files in the order of
 * their names: `.ndjson` and `.jsonl` files have lines, and each other file is one line. Holds no
 * more than a line. An aborted signal ends the wait for standard input.
 */
export async function* readLines(path: string, signal?: AbortSignal): AsyncGenerator<InputLine> {
  if (path === '-') {
    if (signal !== undefined) addAbortSignal(signal, process.stdin)
    yield* numbered(splitLines(process.stdin))
    return
  }
  const info = await stat(path).catch((cause: unknown) => {
    throw new CliError(`${path} cannot be read: no such file or folder`, { exitCode: 2, cause })
  })
  yield* numbered(info.isDirectory() ? readFolder(path) : readSplit(path))
}

async function* numbered(lines: AsyncIterable<Buffer | null>): AsyncGenerator<InputLine> {
  let line = 0
  for await (const bytes of lines) yield { line: (line += 1), bytes }
}

async function* readFolder(folder: string): AsyncGenerator<Buffer | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && bodyExtensions.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
  for (const file of files) {
    if (lineExtensions.has(extname(file).toLowerCase())) yield* readSplit(file)
    else yield await readWhole(file)
  }
}

function readSplit(file: string): AsyncGenerator<Buffer | null> {
  return splitLines(createReadStream(file, { highWaterMark: CHUNK_BYTES }))
}

async function readWhole(file: string): Promise<Buffer | null> {
  const handle = await open(file)
  try {
    return (await handle.stat()).size > LINE_BYTES_MAX ? null : await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** Skips what a line has beyond the limit. */
export async function* splitLines(
  chunks: AsyncIterable<Buffer | string>,
  bytesMax = LINE_BYTES_MAX,
): AsyncGenerator<Buffer | null> {
  let parts: Buffer[] = []
  let size = 0
  const take = (): Buffer | null => {
    const line = size > bytesMax ? null : Buffer.concat(parts)
    parts = []
    size = 0
    return line
  }
  const add = (part: Buffer): void => {
    size += part.length
    if (size > bytesMax) parts = []
    else parts.push(part)
  }
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk)
    let from = 0
    for (let to = bytes.indexOf(NEWLINE); to !== -1; to = bytes.indexOf(NEWLINE, from)) {
      add(bytes.subarray(from, to))
      yield take()
      from = to + 1
    }
    if (from < bytes.length) add(bytes.subarray(from))
  }
  if (size > 0) yield take()
}
