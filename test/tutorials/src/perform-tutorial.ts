import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stackFromEnv } from '@wabastream/testing'
import { parseTutorial } from './parse-tutorial.ts'
import { performStep } from './perform-step.ts'
import { root, withRepositoryCopy } from './repository-copy.ts'

/**
 * Does what a page says, block by block, on a copy of the repository: `page` is its path from the
 * root. The commands see the running stack. Throws at the first step that does not go as written,
 * with the page's line. See docs/tutorials/README.md for what blocks mean.
 */
export async function performTutorial(page: string): Promise<void> {
  if (process.env['WABASTREAM_TUTORIAL'] !== undefined) {
    throw new Error('A tutorial must not perform the tutorials: name the tests that it runs.')
  }
  stackFromEnv()
  const steps = parseTutorial(page, await readFile(join(root, page), 'utf8'))
  await withRepositoryCopy(async (copy) => {
    for (const step of steps) await performStep(step, copy)
  })
}
