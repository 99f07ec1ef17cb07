import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** Reads a file whole. Throws as `readFileSync` does. */
export type ReadFile = (path: string) => Buffer

/** What files held when they were read: a digest, or why they could not be read. */
export type Snapshot = ReadonlyMap<string, string>

/** Reads files and remembers which, to see later whether they changed. */
export function recordReads(): { readonly read: ReadFile; readonly snapshot: Snapshot } {
  const snapshot = new Map<string, string>()
  function read(path: string): Buffer {
    try {
      const content = readFileSync(path)
      snapshot.set(path, digest(content))
      return content
    } catch (error) {
      snapshot.set(path, describeFailure(error))
      throw error
    }
  }
  return { read, snapshot }
}

/**
 * Whether the content of any of the files has changed. It looks at contents, so it works with files
 * behind a symbolic link, as in Kubernetes, with mounts of single files, and on network file
 * systems.
 */
export async function hasChanged(snapshot: Snapshot): Promise<boolean> {
  const current = await Promise.all(
    [...snapshot].map(async ([path, before]) => {
      const now = await readFile(path).then(digest, describeFailure)
      return now !== before
    }),
  )
  return current.includes(true)
}

function digest(content: Buffer): string {
  return hash('sha256', content)
}

function describeFailure(error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error
  return `unreadable: ${isCoded ? String(error.code) : String(error)}`
}
