import { describe, expect, it } from '@jest/globals'
import { performTutorial, TEST_TIMEOUT_MS } from './perform-tutorial.ts'

describe('the page about tutorials', () => {
  it(
    'is one: its blocks do what it says of them',
    async () => {
      await expect(performTutorial('docs/tutorials/README.md')).resolves.toBeUndefined()
    },
    TEST_TIMEOUT_MS,
  )
})
