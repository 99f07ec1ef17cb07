import { existsSync } from 'node:fs'

/**
 * Options for a JVM that reads the classes of `libraries` from an archive, if there is one: it is
 * up with a third of the CPU (JEP 310, 350). An archive of another Java is passed over in silence.
 */
export function classArchiveOptions(libraries: string): readonly string[] {
  const archive = classArchiveOf(libraries)
  const quiet = ['-Xlog:cds=off', '-Xlog:cds+dynamic=off']
  return existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`, ...quiet] : []
}

/** Beside the libraries, so that it goes with them. */
export function classArchiveOf(libraries: string): string {
  return `${libraries}.jsa`
}
