import { readFileSync, statSync } from 'node:fs'

/**
 * Options for a JVM that reads the classes of `libraries` from an archive, if there is one: it is
 * up with a third of the CPU (JEP 310, 350). An archive of another Java is passed over in silence.
 */
export function classArchiveOptions(libraries: string): readonly string[] {
  const archive = classArchiveOf(libraries)
  if (!isWhole(archive)) return []
  return [`-XX:SharedArchiveFile=${archive}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off']
}

/** Beside the libraries, so that it goes with them. */
export function classArchiveOf(libraries: string): string {
  return `${libraries}.jsa`
}

/** Holds the size of the archive, or why there is none: then none is tried again. */
export function noteOf(archive: string): string {
  return `${archive}.note`
}

/** A JVM dies of an archive that was cut, as a copy may be. */
function isWhole(archive: string): boolean {
  try {
    return Number(readFileSync(noteOf(archive), 'utf8')) === statSync(archive).size
  } catch {
    return false
  }
}
