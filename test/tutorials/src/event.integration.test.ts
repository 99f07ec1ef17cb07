// Goal: who follows the tutorial sees the new event in ClickHouse. Method: do what the page says.
import { expect, it } from '@jest/globals'
import { performTutorial, TEST_TIMEOUT_MS } from './perform-tutorial.ts'

it(
  'adds an event, from its schema to its row',
  async () => {
    await expect(performTutorial('docs/tutorials/event.md')).resolves.toBeUndefined()
  },
  TEST_TIMEOUT_MS,
)
