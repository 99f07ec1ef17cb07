// Goal: who follows the tutorial has a sink that loses nothing. Method: do what the page says.
import { expect, it } from '@jest/globals'
import { performTutorial, TEST_TIMEOUT_MS } from './perform-tutorial.ts'

it(
  'adds a sink, from its stage in the topology to its rows',
  async () => {
    await expect(performTutorial('docs/tutorials/sink.md')).resolves.toBeUndefined()
  },
  TEST_TIMEOUT_MS,
)
