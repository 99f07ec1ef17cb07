import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The version before messages were given their meaning (issue 13). */
export const FORMER_COMMIT = '4bd8d36'

/**
 * Fields of a timeline that may differ where the former version had a hand in it: what it did not
 * read or keep, ids that it took from another's contact, another's reaction, and a price that it
 * put together from two.
 */
export const UNKNOWN_TO_FORMER: ReadonlySet<string> = new Set([
  'accountId',
  'displayNumber',
  'contactId',
  'contactUserId',
  'contactParentUserId',
  'username',
  'live',
  'echoed',
  'reaction',
  'reactions',
  'priceRank',
  'pricingModel',
  'pricingType',
  'pricingCategory',
  'billable',
  'businessReplied',
  'businessRepliedAt',
  'laterTimes',
])

const root = fileURLToPath(new URL('../../../', import.meta.url))
const run = promisify(execFile)

/**
 * Puts the code of the version before into the folder, on the libraries that are installed here.
 * Resolves with false if this clone's history does not reach back to it.
 */
export async function checkOutFormerVersion(directory: string): Promise<boolean> {
  const git = ['-C', root]
  const isKnown = await run('git', [...git, 'cat-file', '-e', `${FORMER_COMMIT}^{commit}`]).then(
    () => true,
    () => false,
  )
  if (!isKnown) return false
  await mkdir(directory, { recursive: true })
  const archive = join(directory, 'former.tar')
  await run('git', [...git, 'archive', '-o', archive, FORMER_COMMIT])
  await run('tar', ['-xf', archive, '-C', directory])
  await linkLibraries(directory)
  return true
}

/** Its own workspaces by their names, and the libraries and downloads of this version. */
async function linkLibraries(directory: string): Promise<void> {
  const modules = join(directory, 'node_modules')
  await mkdir(join(modules, '@wabastream'), { recursive: true })
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name === '@wabastream' || name.startsWith('.')) continue
    await symlink(join(root, 'node_modules', name), join(modules, name))
  }
  for (const folder of ['packages', 'services', 'test']) {
    for (const name of await readdir(join(directory, folder))) {
      await linkWorkspace(directory, join(folder, name))
    }
  }
  await symlink(join(root, '.cache'), join(directory, '.cache'))
}

async function linkWorkspace(directory: string, workspace: string): Promise<void> {
  const text = await readFile(join(directory, workspace, 'package.json'), 'utf8').catch(() => '{}')
  const { name }: { readonly name?: string } = JSON.parse(text)
  if (name === undefined) return
  await symlink(join(directory, workspace), join(directory, 'node_modules', name))
  const own = join(root, workspace, 'node_modules')
  await symlink(own, join(directory, workspace, 'node_modules')).catch(() => undefined)
}
