import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** For tests: a folder whose files are exchanged all at once, as Kubernetes does with a secret. */
export interface MountedSecret {
  readonly directory: string
  path(name: string): string
  /** Afterwards the folder holds just these files. */
  replace(files: Readonly<Record<string, string>>): void
  remove(): void
}

export function mountSecret(files: Readonly<Record<string, string>>): MountedSecret {
  const directory = mkdtempSync(join(tmpdir(), 'secret-'))
  let version = 0
  function replace(next: Readonly<Record<string, string>>): void {
    version += 1
    const folder = `..version-${version}`
    mkdirSync(join(directory, folder))
    for (const [name, text] of Object.entries(next)) {
      writeFileSync(join(directory, folder, name), text)
    }
    symlinkSync(folder, join(directory, '..data.new'))
    renameSync(join(directory, '..data.new'), join(directory, '..data'))
  }
  replace(files)
  for (const name of Object.keys(files)) {
    symlinkSync(join('..data', name), join(directory, name))
  }
  return {
    directory,
    replace,
    path: (name) => join(directory, name),
    remove: () => rmSync(directory, { recursive: true }),
  }
}
