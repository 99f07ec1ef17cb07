import { describe, expect, it } from '@jest/globals'
import { performTutorial, TEST_TIMEOUT_MS } from './perform-tutorial.ts'

describe('the tutorial about a processor', () => {
  it(
    'ends with a service that reports each answer once',
    async () => {
      await expect(performTutorial('docs/tutorials/processor.md')).resolves.toBeUndefined()
    },
    TEST_TIMEOUT_MS,
  )
})
