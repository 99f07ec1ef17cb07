import { readFileSync, statSync } from 'node:fs'

/**
 * Options for a JVM that reads the classes of `libraries` from an archive, if there is one: it then
 * starts with a third of the CPU (JEP 310, 350). Java silently ignores an archive from another
 * Java.
 */
export function classArchiveOptions(libraries: string): readonly string[] {
  const archive = classArchiveOf(libraries)
  if (!isWhole(archive)) return []
  return [`-XX:SharedArchiveFile=${archive}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off']
}

/** Beside the libraries, so that it is removed with them. */
export function classArchiveOf(libraries: string): string {
  return `${libraries}.jsa`
}

/** Holds the size of the archive, or why there is none: then nobody tries again. */
export function noteOf(archive: string): string {
  return `${archive}.note`
}

/** A JVM dies of a truncated archive, such as an incomplete copy. */
function isWhole(archive: string): boolean {
  try {
    return Number(readFileSync(noteOf(archive), 'utf8')) === statSync(archive).size
  } catch {
    return false
  }
}
