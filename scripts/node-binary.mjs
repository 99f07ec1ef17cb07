// Fetches a Node from a registry and runs nothing of it before its checksum is verified.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Holds the checksum of the package beside it; written only after the check. */
const MARK = '.wabastream-checked'

/** Whether `installCheckedNode` checked and installed exactly this package. */
export function isCheckedNode({ name, integrity, prefix }) {
  const mark = join(prefix, 'node_modules', name, MARK)
  return integrity !== undefined && existsSync(mark) && readFileSync(mark, 'utf8') === integrity
}

/**
 * Puts the package under `prefix` with `npm`, a function that runs npm with arguments. `integrity`
 * is the checksum that package-lock.json records, `sha512-…` in base64. Throws if there is none, or
 * if the registry serves something else, of which nothing is kept.
 */
export function installCheckedNode({ name, version, integrity, prefix, npm }) {
  const help = 'install Node 24 yourself: see nodejs.org'
  if (integrity === undefined) {
    throw new Error(
      `package-lock.json has no sum of ${name} ${version} to check it against; ${help}`,
    )
  }
  const download = join(prefix, 'download')
  rmSync(download, { recursive: true, force: true })
  mkdirSync(download, { recursive: true })
  npm(['pack', `${name}@${version}`, '--ignore-scripts', '--pack-destination', download])
  const [file] = findArchives(download)
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
  if (found !== integrity) {
    rmSync(download, { recursive: true })
    throw new Error(
      `the registry serves another ${name} ${version} than package-lock.json records; ` +
        `nothing of it was run. ${found} instead of ${integrity}; ${help}`,
    )
  }
  rmSync(join(prefix, 'node_modules', name), { recursive: true, force: true })
  npm([
    'install',
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefix',
    prefix,
    file,
  ])
  writeFileSync(join(prefix, 'node_modules', name, MARK), integrity)
  rmSync(download, { recursive: true })
}

function findArchives(directory) {
  const files = readdirSync(directory).filter((name) => name.endsWith('.tgz'))
  if (files.length !== 1) throw new Error(`npm packed ${files.length} archives instead of one`)
  return files.map((name) => join(directory, name))
}
