import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stackFromEnv } from '@wabastream/testing'
import { parseTutorial } from './parse-tutorial.ts'
import { performStep } from './perform-step.ts'
import { root, withRepositoryCopy } from './repository-copy.ts'

/** A minute on a machine with nothing else to do; tests of other workspaces run beside it. */
const TUTORIAL_TIMEOUT_MS = 300_000
/** For the test around it: what was under way at the end is named, and the copy removed. */
export const TEST_TIMEOUT_MS = TUTORIAL_TIMEOUT_MS + 30_000

/**
 * Does what a page says, block by block, on a copy of the repository: `page` is its path from the
 * root. The commands see the running stack, and a generation of their own. Throws at the first step
 * that does not go as written, with the page's line. See docs/tutorials/README.md for what blocks
 * mean.
 */
export async function performTutorial(page: string): Promise<void> {
  if (process.env['WABASTREAM_TUTORIAL'] !== undefined) {
    throw new Error('A tutorial must not perform the tutorials: name the tests that it runs.')
  }
  stackFromEnv()
  const steps = parseTutorial(page, await readFile(join(root, page), 'utf8'))
  const endsAtMs = Date.now() + TUTORIAL_TIMEOUT_MS
  await withRepositoryCopy(async (directory) => {
    const shell = { directory, variables: { GENERATION: anyGeneration() }, endsAtMs }
    for (const step of steps) await performStep(step, shell)
  })
}

/** Of three digits: other tests have generations of four on the same stack. */
function anyGeneration(): string {
  return String(100 + Math.floor(Math.random() * 900))
}
