import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { watchLiveGeneration } from './live-generation.ts'

const registry = new Registry()
let watch: { stop(): void } | undefined

function start(readLive: () => Promise<number | undefined>): void {
  watch = watchLiveGeneration({ readLive, generation: 2, registry, everyMs: 5 })
}

const shows = (line: string): Promise<unknown> =>
  eventually(`metrics show ${line}`, async () =>
    (await registry.metrics()).split('\n').includes(line),
  )

afterEach(() => {
  watch?.stop()
  registry.clear()
})

describe('the metric of the live generation', () => {
  it('is 0 for a rebuild, and 1 once the views show it', async () => {
    let live = 1
    start(async () => live)
    expect(await shows('wa_sink_generation_live{generation="2"} 0')).toBe(true)
    live = 2
    expect(await shows('wa_sink_generation_live{generation="2"} 1')).toBe(true)
  })

  it('is absent while unknown, and keeps its value while ClickHouse is away', async () => {
    let looks = 0
    let look = async (): Promise<number | undefined> => undefined
    start(async () => {
      looks += 1
      return look()
    })
    await eventually('a look', () => looks > 1)
    expect(await registry.metrics()).not.toMatch(/^wa_sink_generation_live/m)
    look = async () => 1
    expect(await shows('wa_sink_generation_live{generation="2"} 0')).toBe(true)
    look = async () => {
      throw new Error('away')
    }
    const before = looks
    await eventually('two looks that failed', () => looks > before + 2)
    expect(await shows('wa_sink_generation_live{generation="2"} 0')).toBe(true)
  })
})
