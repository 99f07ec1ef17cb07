import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { readNumberActivity } from './silent-numbers.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
const MINUTE = 60_000
const DAY = 1_440 * MINUTE

describe('activity of numbers', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
  }, 60_000)
  afterAll(() => scratch.drop())

  const write = (number: string, count: number, fromMs: number): Promise<unknown> =>
    scratch.client.command(`
      INSERT INTO ${scratch.database}.message_events (number, received_at)
      SELECT '${number}', fromUnixTimestamp64Milli(toInt64(${fromMs} + number), 'UTC')
      FROM numbers(${count})`)

  it('counts the numbers that fell silent: only those that had many events in the same hour yesterday', async () => {
    const yesterday = NOW - DAY - 30 * MINUTE
    await write('still-there', 50, yesterday)
    await write('still-there', 1, NOW - 30 * MINUTE)
    await write('silent', 20, yesterday)
    await write('always-quiet', 19, yesterday)
    await write('at-another-hour', 50, yesterday - 60 * MINUTE)
    await write('wabastream-canary', 60, yesterday)
    await write('new', 5, NOW - 30 * MINUTE)
    expect(await readNumberActivity(scratch, NOW)).toEqual({ active: 2, silent: 1 })
  })

  it('counts nothing if there is nothing', async () => {
    expect(await readNumberActivity(scratch, NOW + 30 * DAY)).toEqual({ active: 0, silent: 0 })
  })
})
