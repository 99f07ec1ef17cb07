import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Histogram, Registry } from 'prom-client'
import { SeriesHistogram } from './series-histogram.ts'

const configuration = {
  name: 'wait_seconds',
  help: 'how long it took',
  labelNames: ['stage'] as const,
  buckets: [0.01, 0.1, 1, 60],
}
const value = fc.oneof(
  fc.constantFrom(...configuration.buckets, 0, -1, 60.5),
  fc.double({ min: 0, max: 100, noNaN: true }),
)

describe('SeriesHistogram', () => {
  it('is exported as the histogram of the client is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value), fc.array(value), async (first, second) => {
        const [ours, theirs] = [new Registry(), new Registry()]
        for (const registry of [ours, theirs]) registry.setDefaultLabels({ service: 'decoder' })
        const histogram = new SeriesHistogram({ ...configuration, registers: [ours] })
        const judge = new Histogram({ ...configuration, registers: [theirs] })
        for (const [stage, values] of Object.entries({ first, second })) {
          const series = histogram.series({ stage })
          judge.zero({ stage })
          for (const one of values) {
            series.observe(one)
            judge.observe({ stage }, one)
          }
        }
        expect(await ours.metrics()).toBe(await theirs.metrics())
      }),
    )
  })

  it('refuses what is no number of seconds', () => {
    const series = new SeriesHistogram({ ...configuration, registers: [] }).series({ stage: 'one' })
    expect(() => series.observe(Number.NaN)).toThrow(TypeError)
    expect(() => series.observe(Infinity)).toThrow(TypeError)
  })
})
