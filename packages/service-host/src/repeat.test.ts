import { describe, expect, it } from '@jest/globals'
import { repeat } from './repeat.ts'

describe('repeat', () => {
  it('works at once, and goes on after failures', async () => {
    const stopping = new AbortController()
    const failures: unknown[] = []
    let works = 0
    async function work(): Promise<void> {
      works += 1
      if (works === 2) throw new Error('not this time')
      if (works === 3) stopping.abort()
    }
    const { signal } = stopping
    await repeat(work, { everyMs: 1, signal, onFailure: (error) => failures.push(error) })
    expect([works, failures]).toEqual([3, [new Error('not this time')]])
  })

  it('ends in the middle of a wait', async () => {
    const stopping = new AbortController()
    let works = 0
    async function work(): Promise<void> {
      works += 1
      setTimeout(() => {
        stopping.abort()
      }, 1)
    }
    await repeat(work, { everyMs: 3_600_000, signal: stopping.signal, onFailure: () => {} })
    expect(works).toBe(1)
  })
})
