import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { measured } from '../../size/measured.ts'
import { describeEstimate } from './describe-estimate.ts'
import { estimateRebuild, type RebuildFacts } from './estimate-rebuild.ts'

const facts: RebuildFacts = {
  webhooks: 1_000_000,
  liveWebhooks: 2_000_000,
  liveBytes: 500_000_000,
  cpuUsPerWebhook: 200,
  cores: 2,
}

describe('the estimate of a rebuild', () => {
  it('takes the rate of the last rebuild and the rows of the live generation', () => {
    expect(estimateRebuild(facts)).toMatchObject({
      cpuMs: 200_000,
      durationMs: 100_000,
      tableBytes: 250_000_000,
      isRateOfHere: true,
      isSizeOfHere: true,
    })
  })

  it('takes what was measured elsewhere where nothing is known here', () => {
    const estimate = estimateRebuild({
      ...facts,
      liveWebhooks: 0,
      liveBytes: 0,
      cpuUsPerWebhook: undefined,
    })
    expect(estimate.cpuMs).toBe(1_000 * measured.rebuildUs)
    expect(estimate.tableBytes).toBeGreaterThan(100_000_000)
    expect(estimate).toMatchObject({ isRateOfHere: false, isSizeOfHere: false })
  })

  it('grows with what there is to read', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e6), (webhooks, more) => {
        const [less, all] = [webhooks, webhooks + more].map((count) =>
          estimateRebuild({ ...facts, webhooks: count }),
        )
        for (const figure of ['cpuMs', 'durationMs', 'topicBytes', 'tableBytes'] as const) {
          expect(all?.[figure]).toBeGreaterThanOrEqual(less?.[figure] ?? NaN)
        }
      }),
    )
  })

  it('is told in time, CPU and disk', () => {
    expect(describeEstimate(estimateRebuild(facts), { into: 2, services: true })).toBe(
      'generation 2 has 1 000 000 webhooks to read: about 1 min 40 s on the 2 cores here ' +
        '(3 min 20 s of CPU with the servers, as in the last rebuild), up to 1.8 GB of ' +
        'topics for each copy, and 250 MB of tables',
    )
    const elsewhere = estimateRebuild({ ...facts, cpuUsPerWebhook: undefined })
    expect(describeEstimate(elsewhere, { into: 3, services: false })).toContain(
      'about 2 min 55 s of CPU with the servers, divided by the cores that all of it has ' +
        '(by a bench; the progress shows the true rate)',
    )
    const unseen = estimateRebuild({ ...facts, liveWebhooks: 0, liveBytes: 0 })
    expect(describeEstimate(unseen, { into: 2, services: true })).toMatch(
      / of tables \(by a bench: the live generation is empty, or its size cannot be read\)$/,
    )
  })
})
