import { describe, expect, it } from '@jest/globals'
import { performTutorial } from './perform-tutorial.ts'

/** A stack that others use as well, and two cores. */
const TIMEOUT_MS = 300_000

describe('the tutorial about a processor', () => {
  it(
    'ends with a service that reports each answer once',
    async () => {
      await expect(performTutorial('docs/tutorials/processor.md')).resolves.toBeUndefined()
    },
    TIMEOUT_MS,
  )
})
