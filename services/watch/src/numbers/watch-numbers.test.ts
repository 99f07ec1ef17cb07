import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type NumberState, type NumberStatus, ProviderError } from '@wabastream/provider'
import { eventually } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { createNumberMetrics } from './number-metrics.ts'
import { type WatchedNumber, watchNumbers } from './watch-numbers.ts'

function statusOf(alias: string, state: NumberState, error: ProviderError | null = null) {
  return { alias, state, error, missingFields: [], wantedUrl: '', providerUrl: null, from: null }
}

describe('watching numbers', () => {
  let registry: Registry
  let stopping: AbortController
  let running: Promise<void> = Promise.resolve()
  let nowMs = 1_000_000
  let changes: string[] = []
  let failures: string[] = []

  beforeEach(() => {
    registry = new Registry()
    stopping = new AbortController()
    changes = []
    failures = []
  })
  afterEach(async () => {
    stopping.abort()
    await running
  })

  function watch(numbers: readonly WatchedNumber[], intervalMs = 20): void {
    running = watchNumbers(
      numbers,
      {
        intervalMs,
        now: () => nowMs,
        metrics: createNumberMetrics(registry),
        onChange: ({ alias, state }, former) => changes.push(`${alias}: ${former} → ${state}`),
        onFailure: (error, alias) => failures.push(`${alias}: ${String(error)}`),
      },
      stopping.signal,
    )
  }

  const shows = (line: string): Promise<unknown> =>
    eventually(`metrics show ${line}`, async () => (await registry.metrics()).includes(line))

  it('shows in which one state each number is, and reports only changes', async () => {
    let state: NumberState = 'ok'
    watch([{ alias: 'shop', readStatus: async () => statusOf('shop', state) }])
    await shows('wa_watch_number_state{number="shop",state="ok"} 1')
    await shows('wa_watch_number_state{number="shop",state="missing"} 0')
    await shows('wa_watch_number_checks_total{state="ok"} 3')
    state = 'missing'
    await shows('wa_watch_number_state{number="shop",state="missing"} 1')
    await shows('wa_watch_number_state{number="shop",state="ok"} 0')
    expect(changes).toEqual(['shop: undefined → ok', 'shop: ok → missing'])
  })

  it('has few questions under way at once, and asks about every number', async () => {
    let underWay = 0
    let most = 0
    const open: (() => void)[] = []
    const asked = new Set<string>()
    const numbers = Array.from({ length: 10 }, (_, index) => ({
      alias: `n${index}`,
      async readStatus(): Promise<NumberStatus> {
        asked.add(`n${index}`)
        underWay += 1
        most = Math.max(most, underWay)
        await new Promise<void>((resolve) => open.push(resolve))
        underWay -= 1
        return statusOf(`n${index}`, 'ok')
      },
    }))
    watch(numbers)
    await eventually('some wait', () => open.length === 4)
    await eventually('all were asked about', () => {
      open.shift()?.()
      return asked.size === 10
    })
    expect(most).toBe(4)
    stopping.abort()
    await eventually('none waits', () => {
      open.splice(0).forEach((answer) => answer())
      return underWay === 0
    })
  })

  it('leaves a number alone for as long as the provider asks, and the others not', async () => {
    let asked = 0
    const error = new ProviderError('rate_limited', 'slower', { retryAfterMs: 60_000 })
    watch([
      {
        alias: 'limited',
        async readStatus() {
          asked += 1
          return statusOf('limited', 'unreachable', error)
        },
      },
      { alias: 'shop', readStatus: async () => statusOf('shop', 'ok') },
    ])
    await shows('wa_watch_number_checks_total{state="ok"} 3')
    expect(asked).toBe(1)
    nowMs += 60_001
    await eventually('it is asked again', () => asked === 2)
  })

  it('goes on with the others when one cannot be looked at', async () => {
    watch([
      { alias: 'broken', readStatus: async () => Promise.reject(new TypeError('a bug')) },
      { alias: 'shop', readStatus: async () => statusOf('shop', 'foreign') },
    ])
    await shows('wa_watch_number_checks_total{state="foreign"} 2')
    expect(failures).toContain('broken: TypeError: a bug')
    expect(await registry.metrics()).not.toContain('number="broken"')
  })
})
