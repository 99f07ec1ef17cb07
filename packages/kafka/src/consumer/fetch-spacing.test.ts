import { describe, expect, it } from '@jest/globals'
import { FetchSpacing } from './fetch-spacing.ts'

const SPACING_MS = 60_000
const open = new AbortController().signal

function createSpacing(): {
  readonly spacing: FetchSpacing
  readonly clock: { nowMs: number }
  readonly closing: AbortController
} {
  const closing = new AbortController()
  const clock = { nowMs: 1_000 }
  const times = { spacingMs: SPACING_MS, phaseMs: 0 }
  const spacing = new FetchSpacing(times, closing.signal, () => clock.nowMs)
  return { spacing, clock, closing }
}

const some = { fetchedOffset: '5', nextOffset: 8, committedEnd: 8 }
const none = { fetchedOffset: '8', nextOffset: 8, committedEnd: 8 }
const more = { fetchedOffset: '5', nextOffset: 8, committedEnd: 900 }

async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false
  void promise.then(() => (settled = true))
  await new Promise(setImmediate)
  return settled
}

describe('the next fetch', () => {
  it('waits after records', async () => {
    const { closing, spacing } = createSpacing()
    const due = spacing.begin(some, open)()
    expect(await isSettled(due)).toBe(false)
    closing.abort()
    await due
  })

  it.each([
    ['until', -10_000, false],
    ['no longer than to', 0, true],
  ])(
    'waits %s the next moment that is due, whenever the answer came',
    async (_, afterMs, isDue) => {
      const clock = { nowMs: 7 * SPACING_MS + 59_000 }
      const times = { spacingMs: SPACING_MS, phaseMs: 500 }
      const closing = new AbortController()
      const untilDue = new FetchSpacing(times, closing.signal, () => clock.nowMs).begin(some, open)
      clock.nowMs = 8 * SPACING_MS + 500 + afterMs
      const due = untilDue()
      expect(await isSettled(due)).toBe(isDue)
      closing.abort()
    },
  )

  it('does not wait after an answer without records', async () => {
    const { spacing } = createSpacing()
    expect(await isSettled(spacing.begin(none, open)())).toBe(true)
  })

  it('does not wait while more is there than one fetch brings, in any partition', async () => {
    const { spacing } = createSpacing()
    const untilDue = spacing.begin(some, open)
    spacing.begin(more, open)
    expect(await isSettled(untilDue())).toBe(true)
  })

  it('waits again when the backlog is worked off', async () => {
    const { clock, closing, spacing } = createSpacing()
    spacing.begin(more, open)
    clock.nowMs += SPACING_MS
    const due = spacing.begin(some, open)()
    expect(await isSettled(due)).toBe(false)
    closing.abort()
  })

  it('does not wait when the work took longer', async () => {
    const { clock, spacing } = createSpacing()
    const untilDue = spacing.begin(some, open)
    clock.nowMs += SPACING_MS
    expect(await isSettled(untilDue())).toBe(true)
  })

  it('is not waited for once the partition has ended or the consumer closes', async () => {
    const { closing, spacing } = createSpacing()
    const ended = new AbortController()
    const due = [spacing.begin(some, ended.signal)(), spacing.begin(some, open)()]
    ended.abort()
    closing.abort()
    await Promise.all(due)
    expect(await isSettled(spacing.begin(some, open)())).toBe(true)
  })
})
